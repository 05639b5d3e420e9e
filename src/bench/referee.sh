#!/usr/bin/env bash
# Restores one database in every dump format by this program and by psql or pg_restore, and lets pg_dump compare the results.
#   src/bench/referee.sh DATABASE     on the server that PGHOST, PGPORT, PGUSER name; a superuser is needed
# Made for PostgreSQL's own regression database, which `make installcheck` leaves as "regression". Its functions in C are left out
# unless their library lies in the server's own folder: point pg_regress to it with --dlpath, or correct pg_proc.probin.
set -euo pipefail
export LC_ALL=C

[ $# = 1 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
database=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
jar=${BENCH_JAR:-$root/target/emergency.jar}
[ -f "$jar" ] || { echo "no jar at $jar: run 'mvn -B package' first, or set BENCH_JAR" >&2; exit 2; }
scratch=$(mktemp -d)
mkdir "$scratch/backups"
theirs=referee_theirs_$$
ours=referee_ours_$$
clean() {
    local name
    for name in $(psql -XAtqc "SELECT datname FROM pg_database WHERE datname ~ '^referee_(theirs|ours)_$$'" postgres); do
        psql -Xqc "DROP DATABASE \"$name\" WITH (FORCE)" postgres
    done
}
trap 'clean; rm -rf "$scratch"' EXIT

# The dump of a database with the rows of each table sorted.
canonical() {
    pg_dump "$1" | awk '
        rows && $0 == "\\." { close(sort); rows = 0 }
        rows { print | sort; next }
        /^\\(un)?restrict / { next }
        { print; fflush() }
        /^COPY .* FROM stdin;$/ { rows = 1; sort = "sort" }' >"$2"
}

pg_dump -Fp -f "$scratch/backups/plain.sql" "$database"
pg_dump -Fc -f "$scratch/backups/custom.dump" "$database"
pg_dump -Fd -f "$scratch/backups/directory" "$database"
pg_dump -Ft -f "$scratch/backups/tar.tar" "$database"
different=0
for backup in plain.sql custom.dump directory tar.tar; do
    clean
    psql -Xqc "CREATE DATABASE $theirs TEMPLATE template0" -c "CREATE DATABASE $ours TEMPLATE template0" postgres
    case $backup in
    plain.sql) psql -Xq -o /dev/null -f "$scratch/backups/$backup" "$theirs" 2>"$scratch/errors" || true ;;
    *) pg_restore -d "$theirs" "$scratch/backups/$backup" 2>"$scratch/errors" || true ;;
    esac
    if ! (cd "$scratch" && BACKUP_DIR=backups DB_HOST=${PGHOST:-localhost} DB_PORT=${PGPORT:-5432} DB_USER=${PGUSER:-postgres} \
        DB_PASSWORD=${PGPASSWORD:-unused} DB_NAME=$ours java -jar "$jar" restore "$backup" --force >out 2>&1); then
        cat "$scratch/out"
        different=1
        continue
    fi
    canonical "$theirs" "$scratch/theirs"
    canonical "$ours" "$scratch/ours"
    if cmp -s "$scratch/theirs" "$scratch/ours"; then
        echo "$backup: equal, $(wc -l <"$scratch/ours") lines"
    else
        echo "$backup: different"
        diff "$scratch/theirs" "$scratch/ours" | head -40
        different=1
    fi
done
exit $different
