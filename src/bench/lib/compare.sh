# Comparisons: ours and its peers in turn, some rounds, on the same server.

declare -A took_of own_of served_of # by program, the figures of all rounds as a word list

forget_figures() {
    took_of=() own_of=() served_of=()
    peaks=() downtimes=()
    rm -f "$scratch/times.tsv"
}

# Adds what the last run took to the figures of a program.
note_figures() { # program
    took_of[$1]+="${took_of[$1]:+ }$took"
    own_of[$1]+="${own_of[$1]:+ }$own"
    served_of[$1]+="${served_of[$1]:+ }$served"
}

step_names="planning loading verifying swapping"
work_names="read define copy index constraint analyze verify swap"

# Adds what the report of the last restore tells to the figures.
note_report() {
    local name
    peaks+=("$peak")
    downtimes+=("$(field downtimeMs)")
    for name in $step_names; do echo "wall-$name $(timing wallSeconds "$name")"; done >>"$scratch/times.tsv"
    for name in $work_names; do echo "busy-$name $(timing busySeconds "$name")"; done >>"$scratch/times.tsv"
}

run_peer() { # peer, file
    drop_all_databases
    fresh_database theirs
    timed "peer_$1" "$2"
}

run_ours() { # name of the backup, jobs
    drop_all_databases
    fresh_database live
    psql -Xqc "CREATE TABLE live_before AS SELECT 1 AS x" live
    restore "$(postgres_settings)" "$1" "${2:-$jobs}"
}

one_run() { # peer or "ours", file
    case $1 in
    ours) run_ours "$(basename "$2")" ;;
    sqlite3 | gunzip_check) run_sqlite_peer "$1" "$2" ;;
    ours_sqlite) run_ours_sqlite "$(basename "$2")" ;;
    *) run_peer "$1" "$2" ;;
    esac
}

run_sqlite_peer() { # peer, file
    rm -rf "$scratch/sqlite"
    mkdir "$scratch/sqlite"
    timed "peer_$1" "$2"
    rm -rf "$scratch/sqlite"
}

run_ours_sqlite() { # name of the backup
    rm -rf "$scratch/sqlite"
    mkdir "$scratch/sqlite"
    sqlite3 "$scratch/sqlite/live.db" "CREATE TABLE live_before (x)"
    restore "$(settings "SQLITE_PATH=$scratch/sqlite/live.db")" "$1"
    rm -rf "$scratch/sqlite"
}

# Measures some programs in turn, every other round the other way round, and notes all figures.
rounds_of() { # rounds, file, programs (ours first)
    local count=$1 file=$2 i who order
    shift 2
    forget_figures
    offer "$file" "$(basename "$file")"
    find -L "$file" -type f -exec cat {} + >/dev/null # so that the first one does not pay for the disk
    for ((i = 1; i <= count; i++)); do
        order=$*
        [ $((i % 2)) = 0 ] || order=$(printf '%s\n' "$@" | tac)
        for who in $order; do
            one_run "$who" "$file"
            note_figures "${who%_sqlite}"
            case $who in ours*) note_report ;; esac
            say "round $i: ${who%_sqlite} $(seconds "$took") s, processor $(tenths "$own") + $(tenths "$served") s$(
                case $who in ours*) echo ", $peak MB, unusable ${downtimes[-1]} ms" ;; esac
            )"
        done
    done
    rm -rf "${scratch:?}/backups/$(basename "$file")"
}

median_of() { # word list
    # shellcheck disable=SC2086
    median $1
}

# Compares ours with peers and notes the rows of all tables. The goal is against the first peer.
compare() { # title, goal, file, ours or ours_sqlite, peers
    local title=$1 goal=$2 file=$3 mine=$4 peer own_median served_median took_median ours
    shift 4
    rounds_of "$rounds" "$file" "$mine" "$@"
    ours=$(median_of "${took_of[ours]}")
    for peer; do
        took_median=$(median_of "${took_of[$peer]}")
        row "$title" "$(seconds "$ours") s" \
            "$(peer_title "$peer"): $(seconds "$took_median") s; ratio $(ratio "$ours" "$took_median") ($(ratios "${took_of[ours]}" "${took_of[$peer]}"))" \
            "$goal"
        goal=
    done
    row "$title: memory, live database unusable" "$(median "${peaks[@]}") MB, $(median "${downtimes[@]}") ms" "" "≤ 220 MB, ≤ 250 ms"
    printf '%s\n' "${peaks[@]}" | sort -n | tail -n 1 | sed "s/\$/ $current/" >"$results/$current.peak"
    for peer in ours "$@"; do
        took_median=$(median_of "${took_of[$peer]}")
        own_median=$(median_of "${own_of[$peer]}")
        served_median=$(median_of "${served_of[$peer]}")
        processor_row "$title" "$(peer_title "$peer")" "$(seconds "$took_median")" "$(tenths "$own_median")" "$(tenths "$served_median")" \
            "$(tenths $((own_median + served_median)))" "$(ratio $(((own_median + served_median) * 1000)) "$took_median")" "$(tenths $(((own_median + served_median) / $(nproc))))"
    done
    times "$title"
}

times() { # title
    local name cells=()
    for name in $step_names; do cells+=("$(median_time "wall-$name")"); done
    for name in $work_names; do cells+=("$(median_time "busy-$name")"); done
    times_row "$1" "${cells[@]}"
}

median_time() { median_of "$(sed -n "s/^$1 //p" "$scratch/times.tsv")" | awk '{printf "%.1f", $1}'; }
