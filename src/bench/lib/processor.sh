# What a command cost: time on the clock, and processor time of the command and of the server while it ran.

# Processor time of the server since its start, in ms: the postmaster knows what its ended children took, the living are added.
server_ms() {
    [ -n "${server_started:-}" ] || { echo 0; return; }
    local postmaster
    read -r postmaster <"$scratch/pg/data/postmaster.pid"
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v postmaster="$postmaster" -v ticks="$(getconf CLK_TCK)" '
        {
            pid = $1
            sub(/^.*\) /, "") # the name in brackets may hold blanks
            if (pid == postmaster) sum += $12 + $13 + $14 + $15
            else if ($2 == postmaster) sum += $12 + $13
        }
        END {printf "%d", sum * 1000 / ticks}'
}

# Runs a command or function; sets took (µs), own (ms, with all programs it starts) and served (ms of the server).
timed() {
    local before began user system TIMEFORMAT='%U %S'
    before=$(server_ms)
    began=$(now)
    { time "$@" 2>&3; } 3>&2 2>"$scratch/times"
    took=$(($(now) - began))
    sleep 0.1 # sessions that were just closed are ended by then
    served=$(($(server_ms) - before))
    read -r user system < <(tail -n 1 "$scratch/times")
    own=$(awk -v a="$user" -v b="$system" 'BEGIN {printf "%d", (a + b) * 1000}')
}
