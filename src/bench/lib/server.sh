# A PostgreSQL server of our own in the scratch folder, and its databases.

server_settings="shared_buffers = 512MB
maintenance_work_mem = 128MB
max_wal_size = 4GB
checkpoint_timeout = 30min"
[ -z "${BENCH_CONF:-}" ] || server_settings+=$'\n'$BENCH_CONF

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
$server_settings
CONF
    (cd "$scratch/pg" && as_server_user "$pgbin/pg_ctl" -D "$scratch/pg/data" -l "$scratch/pg/log" -w start >/dev/null)
    server_started=yes
    export PGHOST=127.0.0.1 PGPORT=$pgport PGUSER=postgres PGPASSWORD=unused
    say "$(psql -XAtqc 'SELECT version()' postgres)"
}

stop_server() {
    [ -n "$server_started" ] || return 0
    (cd "$scratch/pg" && as_server_user "$pgbin/pg_ctl" -D "$scratch/pg/data" -m immediate -w stop >/dev/null) || true
}

# An empty database on a server that has nothing left to write.
fresh_database() {
    psql -Xq -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" \
        -c "CREATE DATABASE \"$1\" TEMPLATE template0" -c CHECKPOINT postgres
}

drop_database() { psql -Xqc "DROP DATABASE \"$1\" WITH (FORCE)" postgres; }

drop_all_databases() {
    local name
    for name in $(psql -XAtqc "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'" postgres); do
        drop_database "$name"
    done
}
