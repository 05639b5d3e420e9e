# Figures: times in microseconds, processor time in milliseconds, medians and ratios.

now() { echo "${EPOCHREALTIME/./}"; }

median() { printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

seconds() { awk -v us="$1" 'BEGIN {printf "%.2f", us / 1e6}'; }

tenths() { awk -v ms="$1" 'BEGIN {printf "%.1f", ms / 1e3}'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }

# "0.64, 0.66, 0.65" of two lists of the same length, each given as one word list.
ratios() {
    local -a a b
    local i
    read -ra a <<<"$1"
    read -ra b <<<"$2"
    for i in "${!a[@]}"; do
        [ "$i" = 0 ] || printf ', '
        ratio "${a[i]}" "${b[i]}"
    done
}
