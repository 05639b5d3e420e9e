#!/usr/bin/env bash
# Measures the program against the tools it replaces, side by side on one machine and server. README.md says how.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jar=${BENCH_JAR:-$root/target/emergency.jar}
data=${BENCH_DATA:-$root/target/bench}
megabytes=${BENCH_MB:-1000}
table_rows=${BENCH_ROWS:-4000000}
tables=${BENCH_TABLES:-5000}
wide_megabytes=${BENCH_WIDE_MB:-500}
blobs=${BENCH_BLOBS:-20000}
blob_megabytes=${BENCH_BLOB_MB:-50}
sqlite_megabytes=${BENCH_SQLITE_MB:-300}
upload_megabytes=${BENCH_UPLOAD_MB:-500}
rounds=${BENCH_ROUNDS:-3}
starts=${BENCH_STARTS:-5}
jobs=${BENCH_JOBS:-2}
plot_sizes=${BENCH_PLOT_SIZES:-100 250 500 1000 2000 4000}
plot_jobs=${BENCH_PLOT_JOBS:-1 2 4 8}
plot_rounds=${BENCH_PLOT_ROUNDS:-1}

die() { echo "$*" >&2; exit 2; }
say() { echo "$(date +%T) $*" >&2; }

for part in figures processor server data program peers results compare cases plot machine; do
    # shellcheck source=/dev/null
    . "$here/lib/$part.sh"
done

# ---- what is asked for

keep=
asked=()
ask() { # a case, or a group of cases
    case $1 in
    -h | --help)
        sed -n '/^## Use/,/^## /p' "$here/README.md" | sed '$d'
        exit 0
        ;;
    --keep) keep=yes ;;
    data | plot | plot-data | plot-size | plot-jobs) asked+=("$1") ;;
    shop | table | many | wide | blobs) asked+=("$1-plain" "$1-archive") ;;
    # shellcheck disable=SC2206 # names of cases are words
    all) asked+=($all_cases) ;;
    *)
        case " ${all_cases//$'\n'/ } " in
        *" $1 "*) asked+=("$1") ;;
        *) die "no measurement '$1': "${all_cases//$'\n'/ }", shop, table, many, wide, blobs, all, plot, plot-size, plot-jobs; data and plot-data make the data only" ;;
        esac
        ;;
    esac
}
for word; do ask "$word"; done
# shellcheck disable=SC2206
[ "${#asked[@]}" -gt 0 ] || [ -n "$keep" ] || asked=($usual_cases)

for tool in java psql pg_dump pg_restore curl gzip awk; do
    command -v "$tool" >/dev/null || die "'$tool' is not installed"
done
case " ${asked[*]-} " in
" data " | " plot-data " | " data plot-data " | "  ") ;;
*) [ -f "$jar" ] || die "no jar at $jar: run 'mvn -B package' first, or set BENCH_JAR" ;;
esac

# ---- main

finish() { # what was measured is shown although a later measurement fails
    stop_program
    stop_server
    [ "${#measured[@]}" = 0 ] || print_results "${measured[@]}"
    rm -rf "$scratch"
}

make_all() {
    local name
    for name in $datasets; do make_backups "$name" "plain archive directory"; done
    make_script
    make_packed
}

mkdir -p "$data"
scratch=$(mktemp -d "$data/scratch.XXXXXX")
chmod 755 "$scratch"
mkdir "$scratch/backups"
trap finish EXIT
for name in ${asked[@]+"${asked[@]}"}; do
    case $name in
    data) make_all ;;
    plot) plot_size; plot_jobs ;;
    plot-data) for size in $plot_sizes; do make_backups shop "plain archive" "$size"; done ;;
    plot-size) plot_size ;;
    plot-jobs) plot_jobs ;;
    *-*) begin_results "$name"; measure_dumps "$name" ;;
    *) begin_results "$name"; "measure_$name" ;;
    esac
done
[ -z "$keep" ] || keep_results
