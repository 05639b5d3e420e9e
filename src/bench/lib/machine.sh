# The machine, as a list of Markdown.

describe_machine() {
    local disk
    disk=$(df --output=source,fstype "$data" | tail -n 1 | awk '{print $1 " with " $2}')
    echo "- processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "- memory: $(awk '/^MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo)"
    echo "- disk: $disk, $(disk_speed) MB/s when 256 MB are written and flushed"
    echo "- system: $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r)"
    echo "- Java: $(java -version 2>&1 | sed -n 's/^\(OpenJDK Runtime\|Java(TM) SE Runtime\|.*Runtime Environment\).*build \([^)]*\)).*/\2/p' | head -n 1)"
    echo "- PostgreSQL: $("$(find_postgres)/postgres" --version | sed 's/^[^0-9]*//'); the same server for all, with its defaults but ${server_settings//$'\n'/, }"
    echo "- sqlite3: $(sqlite3 --version 2>/dev/null | cut -d ' ' -f 1)"
}

disk_speed() {
    local began
    began=$(now)
    dd if=/dev/zero of="$scratch/disk" bs=1M count=256 conv=fdatasync 2>/dev/null
    echo $((268435456 / ($(now) - began)))
    rm "$scratch/disk"
}
