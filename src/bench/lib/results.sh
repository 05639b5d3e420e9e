# What was measured: lines of Markdown tables, kept by case in the data folder until the case is measured again.

results=$data/results
measured=()

begin_results() { # case
    current=$1
    measured+=("$1")
    mkdir -p "$results"
    rm -f "$results/$1".*
    date -u '+%Y-%m-%d' >"$results/$1.day"
}

row() { echo "| $1 | $2 | $3 | $4 |" >>"$results/$current.figures"; }

processor_row() { echo "| $1 | $2 | $3 | $4 | $5 | $6 | $7 | $8 |" >>"$results/$current.processor"; }

times_row() {
    printf '| %s ' "$@" >>"$results/$current.times"
    echo '|' >>"$results/$current.times"
}

lines_of() { # kind, cases
    local kind=$1 name
    shift
    for name; do [ ! -f "$results/$name.$kind" ] || cat "$results/$name.$kind"; done
}

print_results() { # cases
    local lines
    lines=$(lines_of figures "$@")
    if [ -n "$lines" ]; then
        printf '\n| what | ours | against | goal |\n|---|---|---|---|\n%s\n' "$lines"
    fi
    lines=$(lines_of peak "$@" | sort -n | tail -n 1)
    [ -z "$lines" ] || echo "| highest peak of resident memory at -Xmx96m (${lines#* }) | ${lines%% *} MB | | ≤ 220 MB |"
    lines=$(lines_of processor "$@")
    if [ -n "$lines" ]; then
        printf '\nProcessor time in seconds. No program can be faster than the last column unless it does less work.\n\n'
        printf '| what | program | on the clock | of the program | of the server | both | cores busy | both / %s cores |\n|---|---|---|---|---|---|---|---|\n%s\n' \
            "$(nproc)" "$lines"
    fi
    lines=$(lines_of times "$@")
    if [ -n "$lines" ]; then
        printf '\nWhere our time goes, in seconds: first the steps on the clock, then how long connections were busy, all added up.\n\n'
        printf '| what | planning | loading | verifying | swapping | read | define | copy | index | constraint | analyze | verify | swap |\n'
        printf '|---|---|---|---|---|---|---|---|---|---|---|---|---|\n%s\n' "$lines"
    fi
}

# Writes RESULTS.md with what was measured last of each case.
keep_results() {
    local -a days
    mapfile -t days < <(lines_of day "${all_cases[@]}" | sort -u)
    {
        echo "# Results of the last run"
        echo
        echo "Measured ${days[0]}$([ "${#days[@]}" = 1 ] || echo " to ${days[-1]}"), $rounds rounds of each comparison, medians. Ours includes the start of Java, the new"
        echo "database, ANALYZE, all checks and the swap; the others do none of these."
        echo
        describe_machine
        print_results "${all_cases[@]}"
    } >"$here/RESULTS.md.part"
    mv "$here/RESULTS.md.part" "$here/RESULTS.md"
    say "written to $here/RESULTS.md"
}
