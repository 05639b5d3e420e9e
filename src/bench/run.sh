#!/usr/bin/env bash
# Measures the program against the tools it replaces, side by side on one machine and server. README.md says how.
# shellcheck source-path=SCRIPTDIR
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
file_megabytes=${BENCH_FILE_MB:-1000}
upload_megabytes=${BENCH_UPLOAD_MB:-500}
rounds=${BENCH_ROUNDS:-3}
starts=${BENCH_STARTS:-5}
jobs=${BENCH_JOBS:-2}
read -ra plot_sizes <<<"${BENCH_PLOT_SIZES:-100 250 500 1000 2000 4000}"
read -ra plot_jobs <<<"${BENCH_PLOT_JOBS:-1 2 4 8}"
plot_rounds=${BENCH_PLOT_ROUNDS:-1}

die() { echo "$*" >&2; exit 2; }
say() { echo "$(date +%T) $*" >&2; }

. "$here/lib/figures.sh"
. "$here/lib/processor.sh"
. "$here/lib/server.sh"
. "$here/lib/data.sh"
. "$here/lib/program.sh"
. "$here/lib/peers.sh"
. "$here/lib/results.sh"
. "$here/lib/compare.sh"
. "$here/lib/cases.sh"
. "$here/lib/plot.sh"
. "$here/lib/machine.sh"

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
    data | plot-data | plot-size | plot-jobs) asked+=("$1") ;;
    plot) asked+=(plot-size plot-jobs) ;;
    shop | table | many | wide | blobs) asked+=("$1-plain" "$1-archive") ;;
    all) asked+=("${all_cases[@]}") ;;
    *)
        case " ${all_cases[*]} " in
        *" $1 "*) asked+=("$1") ;;
        *) die "no measurement '$1': ${all_cases[*]}, shop, table, many, wide, blobs, all, plot, plot-size, plot-jobs; data and plot-data make the data only" ;;
        esac
        ;;
    esac
}
for word; do ask "$word"; done
[ "${#asked[@]}" -gt 0 ] || [ -n "$keep" ] || asked=("${usual_cases[@]}")

for tool in java psql pg_dump pg_restore curl gzip awk; do
    command -v "$tool" >/dev/null || die "'$tool' is not installed"
done
for name in "${asked[@]}"; do
    case $name in
    data | plot-data) ;;
    *) [ -f "$jar" ] || die "no jar at $jar: run 'mvn -B package' first, or set BENCH_JAR" ;;
    esac
done

# ---- main

finish() { # what was measured is shown although a later measurement fails
    stop_program
    stop_server
    [ "${#measured[@]}" = 0 ] || print_results "${measured[@]}"
    rm -rf "$scratch"
}

mkdir -p "$data"
scratch=$(mktemp -d "$data/scratch.XXXXXX")
chmod 755 "$scratch"
mkdir "$scratch/backups"
trap finish EXIT
for name in "${asked[@]}"; do
    case " ${all_cases[*]} " in *" $name "*) begin_results "$name" ;; esac
    case $name in
    data) make_all ;;
    plot-data) make_plot_data ;;
    plot-size) plot_size ;;
    plot-jobs) plot_jobs ;;
    *-*) measure_dumps "$name" ;;
    *) "measure_$name" ;;
    esac
done
[ -z "$keep" ] || keep_results
