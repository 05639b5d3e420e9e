# The data: databases made by the SQL files in data/, dumped by pg_dump, and kept for the next run.

# The name of a data set's files without their ending: it tells the size.
stem() { # data set, size of the shop
    case $1 in
    shop) echo "$data/shop-${2:-$megabytes}" ;;
    table) echo "$data/table-$table_rows" ;;
    many) echo "$data/many-$tables" ;;
    wide) echo "$data/wide-$wide_megabytes" ;;
    blobs) echo "$data/blobs-$blobs-$blob_megabytes" ;;
    esac
}

backup_file() { # data set, format, size of the shop
    case $2 in
    plain) echo "$(stem "$1" "${3:-}").sql.gz" ;;
    archive) echo "$(stem "$1" "${3:-}").dump" ;;
    directory) echo "$(stem "$1" "${3:-}").dir" ;;
    esac
}

fill() { # data set, size of the shop; into database "make"
    local settings
    case $1 in
    shop) settings=(-v scale="$(ratio "${2:-$megabytes}" 321)") ;;
    table) settings=(-v rows="$table_rows") ;;
    many) settings=(-v tables="$tables") ;;
    wide) settings=(-v scale="$(ratio "$wide_megabytes" 300)") ;;
    blobs) settings=(-v blobs="$blobs" -v blob_mb="$blob_megabytes") ;;
    esac
    psql -Xq "${settings[@]}" -f "$here/data/$1.sql" make >/dev/null
}

# Makes the backups of a data set that are not there; formats: plain, archive, directory.
make_backups() { # data set, formats as one word list, size of the shop
    local format file missing=
    for format in $2; do [ -e "$(backup_file "$1" "$format" "${3:-}")" ] || missing+=" $format"; done
    [ -n "$missing" ] || return 0
    start_server
    say "making $(basename "$(stem "$1" "${3:-}")"):$missing"
    fresh_database make
    file=$(backup_file "$1" plain "${3:-}")
    if [ -e "$file" ]; then gunzip -c "$file" | psql -Xq make >/dev/null; else fill "$1" "${3:-}"; fi
    for format in $missing; do
        file=$(backup_file "$1" "$format" "${3:-}")
        rm -rf "$file.part"
        case $format in
        plain) pg_dump make | gzip >"$file.part" ;;
        archive) pg_dump -Fc -f "$file.part" make ;;
        directory) pg_dump -Fd -j "$(nproc)" -f "$file.part" make ;;
        esac
        mv "$file.part" "$file"
    done
    drop_database make
}

# The shop packed by other tools; sets packed.
make_packed() {
    local file missing= name newer
    name=$(stem shop)
    packed=("$name.dump" "$name-none.dump" "$name.sql.zst" "$name.sql.lz4")
    [ -z "${BENCH_PG_DUMP:-}" ] || packed+=("$name-zstd.dump" "$name-lz4.dump")
    make_backups shop "plain archive"
    for file in "${packed[@]}"; do [ -s "$file" ] || missing=yes; done
    [ -n "$missing" ] || return 0
    start_server
    say "making packed files of about $megabytes MB"
    fresh_database make
    gunzip -c "$name.sql.gz" | psql -Xq make >/dev/null
    pg_dump -Fc -Z0 -f "$name-none.dump" make
    gunzip -c "$name.sql.gz" | zstd -qf -o "$name.sql.zst"
    gunzip -c "$name.sql.gz" | lz4 -qf - "$name.sql.lz4"
    if [ -n "${BENCH_PG_DUMP:-}" ]; then
        read -ra newer <<<"$BENCH_PG_DUMP" # the command may hold options
        "${newer[@]}" -h 127.0.0.1 -p "$pgport" -U postgres -Fc --compress=zstd make >"$name-zstd.dump"
        "${newer[@]}" -h 127.0.0.1 -p "$pgport" -U postgres -Fc --compress=lz4 make >"$name-lz4.dump"
    fi
    drop_database make
}

make_helpdesk() { # megabytes as a script; into $scratch/make.db
    sed "s/:scale/$(ratio "$1" 300)/g" "$here/data/helpdesk.sql" | sqlite3 "$scratch/make.db" >/dev/null
}

# A packed database file; sets packed_file.
make_file() {
    packed_file=$data/helpdesk-$file_megabytes.db.gz
    [ ! -s "$packed_file" ] || return 0
    say "making an SQLite file of about $file_megabytes MB"
    make_helpdesk $((file_megabytes * 3 / 4)) # the file holds indexes too
    gzip -c "$scratch/make.db" >"$packed_file.part"
    mv "$packed_file.part" "$packed_file"
    rm "$scratch/make.db"
}

# A script of sqlite3; sets script.
make_script() {
    script=$data/helpdesk-$sqlite_megabytes.sql
    [ ! -s "$script" ] || return 0
    say "making an SQLite script of about $sqlite_megabytes MB"
    make_helpdesk "$sqlite_megabytes"
    sqlite3 "$scratch/make.db" .dump >"$script.part"
    mv "$script.part" "$script"
    rm "$scratch/make.db"
}

# Bytes of a dump as SQL; counted once.
sql_size() { # data set, size of the shop
    local file
    file=$(stem "$1" "${2:-}").size
    [ -s "$file" ] || gunzip -c "$(backup_file "$1" plain "${2:-}")" | wc -c >"$file"
    cat "$file"
}

make_all() {
    local name
    for name in shop table many wide blobs; do make_backups "$name" "plain archive directory"; done
    make_script
    make_file
    make_packed
}
