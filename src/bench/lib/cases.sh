# The cases: what is measured and against what. A case of a data set is named DATASET-FORMAT.

all_cases=(shop-plain shop-archive shop-directory table-plain table-archive table-directory many-plain many-archive many-directory
    wide-plain wide-archive wide-directory blobs-plain blobs-archive blobs-directory sqlite file read start upload list)
usual_cases=(shop-plain shop-archive table-plain table-archive many-archive wide-plain wide-archive blobs-archive sqlite file)

title_of() { # data set, format
    local what
    case $1 in
    shop) what="shop of $(($(sql_size shop) / 1000000)) MB" ;;
    table) what="one table of $table_rows rows" ;;
    many) what="$tables small tables" ;;
    wide) what="wide rows of $(($(sql_size wide) / 1000000)) MB" ;;
    blobs) what="$blobs large objects and 3 of $blob_megabytes MB" ;;
    esac
    case $2 in
    plain) echo "$what, .sql.gz" ;;
    archive) echo "$what, custom archive" ;;
    directory) echo "$what, folder" ;;
    esac
}

goal_of() { # case
    case $1 in
    shop-plain) echo "ratio ≤ 0.65" ;;
    shop-archive | many-archive) echo "ratio ≤ 0.90" ;;
    table-plain | table-archive) echo "ratio ≤ 0.85" ;;
    esac
}

measure_dumps() { # case DATASET-FORMAT
    local set=${1%-*} format=${1#*-} peers=()
    case $format in
    plain) make_backups "$set" plain ;;
    *) make_backups "$set" "plain $format" ;; # the plain one tells the size
    esac
    start_server
    case $1 in
    shop-plain | table-plain) peers=(psql psql_1) ;;
    *-plain) peers=(psql) ;;
    *) peers=(pg_restore_j pg_restore) ;;
    esac
    compare "$(title_of "$set" "$format")" "$(goal_of "$1")" "$(backup_file "$set" "$format")" ours "${peers[@]}"
    drop_all_databases
}

measure_sqlite() {
    command -v sqlite3 >/dev/null || die "sqlite3 is not installed"
    make_script
    compare "SQLite script of $(($(stat -c %s "$script") / 1000000)) MB" "ratio ≤ 0.80" "$script" ours_sqlite sqlite3
}

measure_file() {
    command -v sqlite3 >/dev/null || die "sqlite3 is not installed"
    make_file
    compare "SQLite file of $file_megabytes MB, .db.gz" "ratio ≤ 1.00" "$packed_file" ours_sqlite gunzip_check
}

# Reading alone: a look at the whole backup without any server, less the look at a very small one.
measure_read() {
    make_packed
    local content file name goal i began times base=() sets
    content=$(sql_size shop)
    sets=$(settings "DATABASE_URL=postgresql://nobody@127.0.0.1:1/none")
    printf -- '-- PostgreSQL database dump\n\nCREATE TABLE a (x int);\n\n--\n-- PostgreSQL database dump complete\n--\n\n' >"$scratch/backups/small.sql"
    for ((i = 1; i <= rounds; i++)); do
        began=$(now)
        look "$sets" small.sql
        base+=($(($(now) - began)))
    done
    for file in "$(stem shop).sql.gz" "${packed[@]}"; do
        name=$(basename "$file")
        offer "$file" "$name"
        times=()
        for ((i = 1; i <= rounds; i++)); do
            began=$(now)
            look "$sets" "$name"
            times+=($(($(now) - began)))
        done
        i=$(($(median "${times[@]}") - $(median "${base[@]}")))
        [ "$i" -gt 0 ] || i=1 # too small a file on too busy a machine
        case $name in *.gz | "shop-$megabytes.dump") goal="≥ 300 MB/s" ;; *) goal="≥ 800 MB/s" ;; esac
        row "reading $name, $((content / 1000000)) MB as SQL" "$((content / i)) MB/s" "" "$goal"
        say "$name: $(seconds "$i") s"
    done
}

look() { # settings, name of the backup
    local -a variables
    read -ra variables <<<"$1"
    (cd "$scratch" && env "${variables[@]}" java -Xmx96m -jar "$jar" inspect "$2" --json >"$scratch/out" 2>"$scratch/err") || { cat "$scratch/err" >&2; die "inspect failed"; }
}

measure_start() {
    start_server
    fresh_database live
    local i times=()
    for ((i = 1; i <= starts; i++)); do
        serve "$(postgres_settings)"
        times+=("$took")
        stop_serving
    done
    row "start to first /health, median of $starts" "$(seconds "$(median "${times[@]}")") s" "" "≤ 1.00 s"
}

measure_upload() {
    local dump i ours=() cats=() synced=() began answer
    make_backups shop plain
    dump=$(backup_file shop plain)
    start_server
    fresh_database live
    gunzip -c "$dump" >"$scratch/upload.sql"
    while [ "$(stat -c %s "$scratch/upload.sql")" -lt $((upload_megabytes * 1000000)) ]; do
        gunzip -c "$dump" >>"$scratch/upload.sql"
    done
    truncate -s $((upload_megabytes * 1000000)) "$scratch/upload.sql"
    serve "$(postgres_settings)"
    for ((i = 1; i <= rounds; i++)); do
        began=$(now)
        cat "$scratch/upload.sql" >"$scratch/copy.sql"
        cats+=($(($(now) - began)))
        sync "$scratch/copy.sql"
        synced+=($(($(now) - began)))
        rm "$scratch/copy.sql"
        began=$(now)
        answer=$(curl -sS -o "$scratch/answer" -w '%{http_code}' -F "file=@$scratch/upload.sql" "http://127.0.0.1:$port/backups")
        ours+=($(($(now) - began)))
        [ "$answer" = 201 ] || { cat "$scratch/answer" >&2; die "the upload was answered by $answer"; }
        find "$scratch/backups" -name 'upload*' -delete
        say "upload $i: cat $(seconds "${cats[-1]}") s, with sync $(seconds "${synced[-1]}") s, ours $(seconds "${ours[-1]}") s"
    done
    stop_serving
    rm "$scratch/upload.sql"
    local a b c
    a=$(median "${ours[@]}")
    b=$(median "${cats[@]}")
    c=$(median "${synced[@]}")
    row "upload of $upload_megabytes MB" "$((upload_megabytes * 1000000 / a)) MB/s" \
        "cat: $((upload_megabytes * 1000000 / b)) MB/s, ratio $(ratio "$b" "$a"); cat and sync: $((upload_megabytes * 1000000 / c)) MB/s" \
        "≥ 150 MB/s, ratio ≥ 0.70"
}

measure_list() {
    local i began times=() content
    local -a variables
    read -ra variables <<<"$(settings "SQLITE_PATH=$scratch/none.db")"
    content=$(printf 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n' | gzip -c | base64)
    mkdir "$scratch/many"
    for ((i = 0; i < 10000; i++)); do : >"$scratch/many/shop-$i.sql.gz"; done
    base64 -d <<<"$content" | tee "$scratch"/many/shop-*.sql.gz >/dev/null
    for ((i = 1; i <= rounds; i++)); do
        began=$(now)
        (cd "$scratch" && env "${variables[@]}" BACKUP_DIR="$scratch/many" \
            java -jar "$jar" list --json >"$scratch/out" 2>"$scratch/err") || { cat "$scratch/err" >&2; die "list failed"; }
        times+=($(($(now) - began)))
    done
    row "list of 10,000 backups, with start of Java" "$(seconds "$(median "${times[@]}")") s" "" "≤ 1 s without start"
}
