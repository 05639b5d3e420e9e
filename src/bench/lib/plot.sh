# Plots: cost against the size of the dump and against the number of connections.

point() { printf '%s\t%s\t%s\n' "$2" "$3" "$(seconds "$4")" >>"$results/$1.tsv"; } # plot, series, x, µs

make_plot_data() {
    local size
    for size in "${plot_sizes[@]}"; do make_backups shop "plain archive" "$size"; done
    make_backups shop "plain archive"
}

begin_plot() { # plot
    mkdir -p "$results"
    rm -f "$results/$1.tsv"
}

draw() { # plot, title, title of the x axis, scale (linear or log)
    awk -v title="$2" -v x_title="$3" -v scale="$4" -v y_title="seconds" -f "$here/lib/plot.awk" "$results/$1.tsv" >"$here/$1.svg.part"
    mv "$here/$1.svg.part" "$here/$1.svg"
    say "drawn $here/$1.svg"
}

# Time on the clock against the size of the dump as SQL.
plot_size() {
    local size content
    begin_plot size
    start_server
    for size in "${plot_sizes[@]}"; do
        make_backups shop "plain archive" "$size"
        content=$(($(sql_size shop "$size") / 1000000))
        say "dump of $content MB"
        rounds_of "$plot_rounds" "$(backup_file shop plain "$size")" ours psql
        point size "gunzip | psql" "$content" "$(median_of "${took_of[psql]}")"
        point size "ours, .sql.gz, --jobs $jobs" "$content" "$(median_of "${took_of[ours]}")"
        rounds_of "$plot_rounds" "$(backup_file shop archive "$size")" ours pg_restore_j
        point size "pg_restore -j$jobs" "$content" "$(median_of "${took_of[pg_restore_j]}")"
        point size "ours, archive, --jobs $jobs" "$content" "$(median_of "${took_of[ours]}")"
        draw size "Restore of the shop on $(nproc) cores" "MB of the dump as SQL" linear
    done
    drop_all_databases
}

# Time on the clock against the number of connections; psql knows one only.
plot_jobs() {
    local jobs usual content
    begin_plot jobs
    make_backups shop "plain archive"
    start_server
    content=$(($(sql_size shop) / 1000000))
    jobs=1
    rounds_of "$plot_rounds" "$(backup_file shop plain)" psql
    usual=$(median_of "${took_of[psql]}")
    for jobs in "${plot_jobs[@]}"; do
        say "$jobs connections"
        point jobs "gunzip | psql (one)" "$jobs" "$usual"
        rounds_of "$plot_rounds" "$(backup_file shop plain)" ours
        point jobs "ours, .sql.gz, --jobs N" "$jobs" "$(median_of "${took_of[ours]}")"
        rounds_of "$plot_rounds" "$(backup_file shop archive)" ours pg_restore_j
        point jobs "pg_restore -jN" "$jobs" "$(median_of "${took_of[pg_restore_j]}")"
        point jobs "ours, archive, --jobs N" "$jobs" "$(median_of "${took_of[ours]}")"
    done
    drop_all_databases
    draw jobs "Restore of a shop of $content MB on $(nproc) cores" "connections (N)" log
}
