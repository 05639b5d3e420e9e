# The tools we are compared with. Each loads a backup into the empty database "theirs", or into the SQLite file "theirs.db".

peer_psql() { gunzip -c "$1" | psql -Xq -v ON_ERROR_STOP=1 theirs >/dev/null; }

peer_psql_1() { gunzip -c "$1" | psql -Xq1 -v ON_ERROR_STOP=1 theirs >/dev/null; }

peer_pg_restore() { pg_restore --exit-on-error -d theirs "$1"; }

peer_pg_restore_j() { pg_restore --exit-on-error -j "$jobs" -d theirs "$1"; }

peer_sqlite3() { sqlite3 "$scratch/sqlite/theirs.db" <"$1"; }

# What people do by hand with a packed file.
peer_gunzip_check() {
    gunzip -c "$1" >"$scratch/sqlite/new.db"
    [ "$(sqlite3 "$scratch/sqlite/new.db" 'PRAGMA integrity_check')" = ok ]
    mv "$scratch/sqlite/new.db" "$scratch/sqlite/theirs.db"
}

peer_title() {
    case $1 in
    ours) echo "ours" ;;
    psql) echo "gunzip \\| psql" ;;
    psql_1) echo "gunzip \\| psql -1" ;;
    pg_restore) echo "pg_restore" ;;
    pg_restore_j) echo "pg_restore -j$jobs" ;;
    sqlite3) echo "sqlite3 <" ;;
    gunzip_check) echo "gunzip, integrity_check, mv" ;;
    esac
}
