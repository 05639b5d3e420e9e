# Our program: its settings, one restore, its server.

settings() { # target settings as NAME=VALUE
    echo "BACKUP_DIR=$scratch/backups LOG_DIR=$scratch/logs STATE_DIR=$scratch/state $*"
}

postgres_settings() { settings "DB_HOST=127.0.0.1 DB_PORT=$pgport DB_USER=postgres DB_PASSWORD=unused DB_NAME=live"; }

# Puts a file or folder under a name into the folder of backups, without copying if possible.
offer() { # file, name
    rm -rf "${scratch:?}/backups/$2"
    cp -rl "$1" "$scratch/backups/$2" 2>/dev/null || cp -r "$1" "$scratch/backups/$2"
}

# Runs the program with -Xmx96m; sets took (µs), own and served (ms), peak (MB), and leaves its report in $scratch/out.
restore() { # settings, name of the backup, jobs
    rm -f "$scratch/peak" "$scratch/pid"
    poll_memory &
    poller=$!
    timed run_restore "$1" "$2" "${3:-$jobs}"
    kill "$poller" 2>/dev/null || true
    wait "$poller" 2>/dev/null || true
    poller=
    peak=$(($(cat "$scratch/peak") / 1024))
}

run_restore() { # settings, name of the backup, jobs
    local -a variables
    read -ra variables <<<"$1"
    (cd "$scratch" && exec env "${variables[@]}" java -Xmx96m -jar "$jar" restore "$2" --force --json --jobs "$3" >"$scratch/out" 2>"$scratch/err") &
    program=$!
    echo "$program" >"$scratch/pid"
    wait "$program" || { cat "$scratch/out" "$scratch/err" >&2; die "the restore failed"; }
    program=
}

poll_memory() { # the high-water mark only rises, so the last look before the end is the one that counts
    local key value pid= tick
    exec {tick}<> <(:) # never says anything: waiting for it is a sleep that starts no process
    while :; do
        read -rt 0.05 -u "$tick" || true
        [ -n "$pid" ] || read -r pid 2>/dev/null <"$scratch/pid" || continue
        while read -r key value _; do
            [ "$key" != VmHWM: ] || echo "$value" >"$scratch/peak"
        done 2>/dev/null <"/proc/$pid/status" || true
    done
}

field() { sed -n "s/^ *\"$1\" *: *\([0-9][0-9.]*\).*/\1/p" "$scratch/out" | head -1; }

# A figure of a block of figures in the report, such as "busySeconds", "copy"; 0 if it is not told.
timing() {
    awk -v block="\"$1\"" -v key="\"$2\"" '
        $1 == block {inside = 1; next}
        inside && $1 ~ /^}/ {inside = 0}
        inside && $1 == key {sub(/,$/, "", $3); value = $3}
        END {print value + 0}' "$scratch/out"
}

# Starts the server; sets program, port and took (microseconds until /health answers 200).
serve() { # settings
    local began status
    local -a variables
    read -ra variables <<<"$1"
    port=$(free_port)
    began=$(now)
    # shellcheck disable=SC2086 # several options
    (cd "$scratch" && exec env "${variables[@]}" RECOVERY_PORT="$port" java ${BENCH_SERVE_JAVA:-} -jar "$jar" serve >"$scratch/out" 2>&1) &
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

stop_program() {
    [ -z "${poller:-}" ] || kill "$poller" 2>/dev/null || true
    [ -z "${program:-}" ] || kill -9 "$program" 2>/dev/null || true
}
