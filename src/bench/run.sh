#!/usr/bin/env bash
# Measures the program against the tools it replaces, side by side on one machine and server. README.md says how.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jar=${BENCH_JAR:-$root/target/emergency.jar}
data=${BENCH_DATA:-$root/target/bench}
megabytes=${BENCH_MB:-400}
sqlite_megabytes=${BENCH_SQLITE_MB:-300}
upload_megabytes=${BENCH_UPLOAD_MB:-500}
rounds=${BENCH_ROUNDS:-3}
starts=${BENCH_STARTS:-5}

die() { echo "$*" >&2; exit 2; }
say() { echo "$(date +%T) $*" >&2; }

# ---- figures

now() { echo "${EPOCHREALTIME/./}"; } # microseconds

median() { printf '%s\n' "$@" | sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }

seconds() { awk -v us="$1" 'BEGIN {printf "%.2f", us / 1e6}'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }

rows=()
row() { rows+=("| $1 | $2 | $3 | $4 |"); }

print_table() {
    [ "${#rows[@]}" -gt 0 ] || return 0
    echo
    echo "| what | ours | against | goal |"
    echo "|---|---|---|---|"
    printf '%s\n' "${rows[@]}"
}

# ---- a server of our own

find_postgres() {
    local candidate
    for candidate in "${PGBIN:-}" /usr/lib/postgresql/15/bin /usr/pgsql-15/bin "$(pg_config --bindir 2>/dev/null || true)"; do
        if [ -n "$candidate" ] && [ -x "$candidate/initdb" ]; then
            echo "$candidate"
            return
        fi
    done
    die "no PostgreSQL server programs found: install postgresql-15 or set PGBIN to the folder with initdb"
}

as_server_user() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

server_started=
start_server() {
    [ -z "$server_started" ] || return 0
    pgbin=$(find_postgres)
    pgport=$(free_port)
    mkdir "$scratch/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$scratch/pg"
    (cd "$scratch/pg" && as_server_user "$pgbin/initdb" -D "$scratch/pg/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null)
    cat >>"$scratch/pg/data/postgresql.conf" <<CONF
port = $pgport
listen_addresses = '127.0.0.1'
unix_socket_directories = '$scratch/pg'
shared_buffers = 512MB
maintenance_work_mem = 128MB
max_wal_size = 4GB
checkpoint_timeout = 30min
CONF
    (cd "$scratch/pg" && as_server_user "$pgbin/pg_ctl" -D "$scratch/pg/data" -l "$scratch/pg/log" -w start >/dev/null)
    server_started=yes
    export PGHOST=127.0.0.1 PGPORT=$pgport PGUSER=postgres PGPASSWORD=unused
    say "$(psql -XAtqc 'SELECT version()' postgres)"
}

fresh_database() {
    psql -Xq -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS \"$1\"" -c "CREATE DATABASE \"$1\" TEMPLATE template0" -c CHECKPOINT postgres
}

drop_all_databases() {
    local name
    for name in $(psql -XAtqc "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'" postgres); do
        psql -Xq -c "DROP DATABASE \"$name\" WITH (FORCE)" postgres
    done
}

stop_all() {
    [ -z "${poller:-}" ] || kill "$poller" 2>/dev/null || true
    [ -z "${program:-}" ] || kill -9 "$program" 2>/dev/null || true
    if [ -n "$server_started" ]; then
        (cd "$scratch/pg" && as_server_user "$pgbin/pg_ctl" -D "$scratch/pg/data" -m immediate -w stop >/dev/null) || true
    fi
    rm -rf "$scratch"
}

# ---- data, kept for the next run

make_dump() {
    dump=$data/shop-$megabytes.sql.gz
    [ ! -s "$dump" ] || return 0
    start_server
    say "making a dump of about $megabytes MB"
    fresh_database make
    psql -Xq -v scale="$(ratio "$megabytes" 321)" -f "$here/shop.sql" make >/dev/null
    pg_dump make | gzip >"$dump.part"
    mv "$dump.part" "$dump"
    psql -Xqc "DROP DATABASE make" postgres
}

# The same shop as archives of pg_dump, and as scripts packed by other tools.
make_archives() {
    local missing= file
    archives=("$data/shop-$megabytes.dump" "$data/shop-$megabytes-none.dump" "$data/shop-$megabytes.sql.zst" "$data/shop-$megabytes.sql.lz4")
    [ -z "${BENCH_PG_DUMP:-}" ] || archives+=("$data/shop-$megabytes-zstd.dump" "$data/shop-$megabytes-lz4.dump")
    for file in "${archives[@]}"; do [ -s "$file" ] || missing=yes; done
    [ -n "$missing" ] || return 0
    start_server
    make_dump
    say "making archives of about $megabytes MB"
    fresh_database make
    gunzip -c "$dump" | psql -Xq make >/dev/null
    pg_dump -Fc -f "${archives[0]}" make
    pg_dump -Fc -Z0 -f "${archives[1]}" make
    gunzip -c "$dump" | zstd -qf -o "${archives[2]}"
    gunzip -c "$dump" | lz4 -qf - "${archives[3]}"
    if [ -n "${BENCH_PG_DUMP:-}" ]; then
        $BENCH_PG_DUMP -h 127.0.0.1 -p "$pgport" -U postgres -Fc --compress=zstd make >"${archives[4]}"
        $BENCH_PG_DUMP -h 127.0.0.1 -p "$pgport" -U postgres -Fc --compress=lz4 make >"${archives[5]}"
    fi
    psql -Xqc "DROP DATABASE make" postgres
}

make_script() {
    script=$data/helpdesk-$sqlite_megabytes.sql
    [ ! -s "$script" ] || return 0
    say "making an SQLite script of about $sqlite_megabytes MB"
    sed "s/:scale/$(ratio "$sqlite_megabytes" 300)/g" "$here/sqlite.sql" | sqlite3 "$scratch/make.db" >/dev/null
    sqlite3 "$scratch/make.db" .dump >"$script.part"
    mv "$script.part" "$script"
    rm "$scratch/make.db"
}

# ---- our program

settings() { # target settings as NAME=VALUE
    echo "BACKUP_DIR=$scratch/backups LOG_DIR=$scratch/logs STATE_DIR=$scratch/state $*"
}

postgres_settings() { settings "DB_HOST=127.0.0.1 DB_PORT=$pgport DB_USER=postgres DB_PASSWORD=unused DB_NAME=live"; }

# Runs the program with -Xmx96m; sets took (microseconds), peak (MB) and leaves its output in $scratch/out.
restore() { # settings, name of the backup
    local began
    began=$(now)
    (cd "$scratch" && exec env $1 java -Xmx96m -jar "$jar" restore "$2" --force --json >"$scratch/out" 2>"$scratch/err") &
    program=$!
    poll_memory "$program" &
    poller=$!
    wait "$program" || { cat "$scratch/out" "$scratch/err" >&2; die "the restore failed"; }
    took=$(($(now) - began))
    program=
    kill "$poller" 2>/dev/null || true
    wait "$poller" 2>/dev/null || true
    poller=
    peak=$(($(cat "$scratch/peak") / 1024))
}

poll_memory() { # the high-water mark only rises, so the last look before the end is the one that counts
    local key value
    while [ -r "/proc/$1/status" ]; do
        while read -r key value _; do
            [ "$key" != VmHWM: ] || echo "$value" >"$scratch/peak"
        done 2>/dev/null <"/proc/$1/status" || true
        sleep 0.05
    done
}

field() { sed -n "s/.*\"$1\" *: *\([0-9][0-9]*\).*/\1/p" "$scratch/out" | head -1; }

# Starts the server; sets program, port and took (microseconds until /health answers 200).
serve() { # settings
    local began status
    port=$(free_port)
    began=$(now)
    (cd "$scratch" && exec env $1 RECOVERY_PORT="$port" java ${BENCH_SERVE_JAVA:-} -jar "$jar" serve >"$scratch/out" 2>&1) &
    program=$!
    while :; do
        status=
        if exec 3<>"/dev/tcp/127.0.0.1/$port"; then
            printf 'GET /health HTTP/1.0\r\nHost: localhost:%s\r\n\r\n' "$port" >&3
            read -r status <&3 || true
            exec 3>&-
        fi 2>/dev/null
        case $status in *" 200"*) break ;; esac
        kill -0 "$program" 2>/dev/null || { cat "$scratch/out" >&2; die "the server ended"; }
        sleep 0.005
    done
    took=$(($(now) - began))
}

stop_serving() {
    kill "$program"
    wait "$program" 2>/dev/null || true
    program=
}

# ---- measurements

measure_plain() {
    make_dump
    start_server
    local size i ours=() theirs=() peaks=() downtimes=() began
    size=$(gunzip -c "$dump" | wc -c)
    ln -f "$dump" "$scratch/backups/shop.sql.gz" 2>/dev/null || cp "$dump" "$scratch/backups/shop.sql.gz"
    for ((i = 1; i <= rounds; i++)); do
        drop_all_databases
        fresh_database theirs
        began=$(now)
        gunzip -c "$dump" | psql -Xq -v ON_ERROR_STOP=1 theirs >/dev/null
        theirs+=($(($(now) - began)))
        drop_all_databases
        fresh_database live
        psql -Xqc "CREATE TABLE live_before AS SELECT 1 AS x" live
        restore "$(postgres_settings)" shop.sql.gz
        ours+=("$took")
        peaks+=("$peak")
        downtimes+=("$(field downtimeMs)")
        say "round $i: psql $(seconds "${theirs[-1]}") s, ours $(seconds "$took") s ($(field durationMs) ms of it the restore), $peak MB, unusable ${downtimes[-1]} ms"
    done
    drop_all_databases
    local a b
    a=$(median "${ours[@]}")
    b=$(median "${theirs[@]}")
    row "plain .sql.gz of $((size / 1000000)) MB into PostgreSQL" "$(seconds "$a") s" \
        "gunzip \\| psql: $(seconds "$b") s; ratio $(ratio "$a" "$b")" "ratio ≤ 1.10"
    row "peak resident memory of it at -Xmx96m" "$(median "${peaks[@]}") MB" "" "≤ 220 MB"
    row "live database unusable" "$(median "${downtimes[@]}") ms" "" "≤ 250 ms"
}

measure_archive() {
    make_archives
    start_server
    local size i ours=() theirs=() peaks=() began
    size=$(stat -c %s "${archives[1]}")
    ln -f "${archives[0]}" "$scratch/backups/shop.dump" 2>/dev/null || cp "${archives[0]}" "$scratch/backups/shop.dump"
    for ((i = 1; i <= rounds; i++)); do
        drop_all_databases
        fresh_database theirs
        began=$(now)
        pg_restore --exit-on-error -d theirs "${archives[0]}"
        theirs+=($(($(now) - began)))
        drop_all_databases
        fresh_database live
        psql -Xqc "CREATE TABLE live_before AS SELECT 1 AS x" live
        restore "$(postgres_settings)" shop.dump
        ours+=("$took")
        peaks+=("$peak")
        say "round $i: pg_restore $(seconds "${theirs[-1]}") s, ours $(seconds "$took") s ($(field durationMs) ms of it the restore), $peak MB"
    done
    drop_all_databases
    local a b
    a=$(median "${ours[@]}")
    b=$(median "${theirs[@]}")
    row "custom archive of $((size / 1000000)) MB (gzip) into PostgreSQL" "$(seconds "$a") s" \
        "pg_restore: $(seconds "$b") s; ratio $(ratio "$a" "$b")" "ratio ≤ 1.10"
    row "peak resident memory of it at -Xmx96m" "$(median "${peaks[@]}") MB" "" "≤ 220 MB"
}

# Reading alone: a look at the whole backup without any server, less the look at a very small one.
measure_read() {
    make_archives
    make_dump
    local content file name i began times base=() sets
    content=$(gunzip -c "$dump" | wc -c)
    sets=$(settings "DATABASE_URL=postgresql://nobody@127.0.0.1:1/none")
    printf -- '-- PostgreSQL database dump\n\nCREATE TABLE a (x int);\n\n--\n-- PostgreSQL database dump complete\n--\n\n' >"$scratch/backups/small.sql"
    for ((i = 1; i <= rounds; i++)); do
        began=$(now)
        look "$sets" small.sql
        base+=($(($(now) - began)))
    done
    for file in "$dump" "${archives[@]}"; do
        name=$(basename "$file")
        ln -f "$file" "$scratch/backups/$name" 2>/dev/null || cp "$file" "$scratch/backups/$name"
        times=()
        for ((i = 1; i <= rounds; i++)); do
            began=$(now)
            look "$sets" "$name"
            times+=($(($(now) - began)))
        done
        i=$(($(median "${times[@]}") - $(median "${base[@]}")))
        case $name in *.gz | "shop-$megabytes.dump") goal="≥ 300 MB/s" ;; *) goal="≥ 800 MB/s" ;; esac
        row "reading $name, $((content / 1000000)) MB as SQL" "$((content / i)) MB/s" "" "$goal"
        say "$name: $(seconds "$i") s"
    done
}

look() { # settings, name of the backup
    (cd "$scratch" && env $1 java -Xmx96m -jar "$jar" inspect "$2" --json >"$scratch/out" 2>"$scratch/err") || { cat "$scratch/err" >&2; die "inspect failed"; }
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
    make_dump
    start_server
    fresh_database live
    local i ours=() cats=() synced=() began answer
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

measure_sqlite() {
    command -v sqlite3 >/dev/null || die "sqlite3 is not installed"
    make_script
    local i ours=() theirs=() peaks=() began
    ln -f "$script" "$scratch/backups/helpdesk.sql" 2>/dev/null || cp "$script" "$scratch/backups/helpdesk.sql"
    for ((i = 1; i <= rounds; i++)); do
        rm -rf "$scratch/sqlite"
        mkdir "$scratch/sqlite"
        began=$(now)
        sqlite3 "$scratch/sqlite/theirs.db" <"$script"
        theirs+=($(($(now) - began)))
        rm "$scratch/sqlite/theirs.db"
        sqlite3 "$scratch/sqlite/live.db" "CREATE TABLE live_before (x)"
        restore "$(settings "SQLITE_PATH=$scratch/sqlite/live.db")" helpdesk.sql
        ours+=("$took")
        peaks+=("$peak")
        say "round $i: sqlite3 $(seconds "${theirs[-1]}") s, ours $(seconds "$took") s, $peak MB"
    done
    rm -rf "$scratch/sqlite"
    local a b
    a=$(median "${ours[@]}")
    b=$(median "${theirs[@]}")
    row "SQLite script of $(($(stat -c %s "$script") / 1000000)) MB" "$(seconds "$a") s" \
        "sqlite3: $(seconds "$b") s; ratio $(ratio "$a" "$b")" "ratio ≤ 0.80"
    row "peak resident memory of it at -Xmx96m" "$(median "${peaks[@]}") MB" "" "≤ 220 MB"
}

measure_list() {
    local i began times=() content
    content=$(printf 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n' | gzip -c | base64)
    mkdir "$scratch/many"
    for ((i = 0; i < 10000; i++)); do : >"$scratch/many/shop-$i.sql.gz"; done
    base64 -d <<<"$content" | tee "$scratch"/many/shop-*.sql.gz >/dev/null
    for ((i = 1; i <= rounds; i++)); do
        began=$(now)
        (cd "$scratch" && env $(settings "SQLITE_PATH=$scratch/none.db") BACKUP_DIR="$scratch/many" \
            java -jar "$jar" list --json >"$scratch/out" 2>"$scratch/err") || { cat "$scratch/err" >&2; die "list failed"; }
        times+=($(($(now) - began)))
    done
    row "list of 10,000 backups, with start of Java" "$(seconds "$(median "${times[@]}")") s" "" "≤ 1 s without start"
}

# ---- main

case ${1:-} in
-h | --help)
    sed -n '/^## Use/,/^## /p' "$here/README.md" | sed '$d'
    exit 0
    ;;
esac
for tool in java psql pg_dump curl gzip awk; do
    command -v "$tool" >/dev/null || die "'$tool' is not installed"
done
[ $# -gt 0 ] || set -- plain archive read start upload sqlite list
if [ "$*" != data ]; then
    [ -f "$jar" ] || die "no jar at $jar: run 'mvn -B package' first, or set BENCH_JAR"
fi
mkdir -p "$data"
scratch=$(mktemp -d "$data/scratch.XXXXXX")
chmod 755 "$scratch"
mkdir "$scratch/backups"
trap 'stop_all; print_table' EXIT # what was measured is shown although a later measurement fails
for measurement; do
    case $measurement in
    data)
        make_dump
        make_script
        make_archives
        row "made $(basename "$dump")" "$(stat -c %s "$dump") bytes" "$(gunzip -c "$dump" | wc -c) bytes unpacked" ""
        row "made $(basename "$script")" "$(stat -c %s "$script") bytes" "" ""
        ;;
    plain | archive | read | start | upload | sqlite | list) "measure_$measurement" ;;
    *) die "no measurement '$measurement': plain, archive, read, start, upload, sqlite, list, or data to make the data only" ;;
    esac
done
