#!/usr/bin/env bash
# Cuts the first 8 KB, which is all the catalogue reads at first, from a folder of sample backups: recreate.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")"
for head in *; do
    case $head in
    recreate.sh) ;;
    *) head -c 8192 "$1/$head" >"$head" ;;
    esac
done
