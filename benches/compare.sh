#!/bin/sh
# Whole processes compared: wall time and peak memory over one folder, with a
# warm cache, the best of several runs.
#
#   cargo build --release
#   benches/compare.sh FOLDER [RUNS]
#
# Runs cat, rg, hubsweep and, where installed, gitleaks and kingfisher.
# HUBSWEEP=PATH names another binary. Memory is shown where GNU time is
# installed. A scanner that finds something ends with its own code: that is no
# error here.

set -eu

if [ $# -lt 1 ] || [ ! -d "$1" ]; then
    echo "usage: benches/compare.sh FOLDER [RUNS]" >&2
    exit 2
fi
folder=$(cd "$1" && pwd)
runs=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
hubsweep=${HUBSWEEP:-$here/target/release/hubsweep}
if [ ! -x "$hubsweep" ]; then
    echo "no $hubsweep: run cargo build --release, or set HUBSWEEP" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gnu_time=
for candidate in /usr/bin/time gtime; do
    if "$candidate" -f '%e %M' true >/dev/null 2>&1; then
        gnu_time=$candidate
        break
    fi
done

# Seconds and peak kB of one run of a command.
once() {
    if [ -n "$gnu_time" ]; then
        "$gnu_time" -f '%e %M' -o "$work/time" "$@" >/dev/null 2>&1 || :
        tail -n 1 "$work/time"
    else
        bash -c 'TIMEFORMAT=%R; time "$@" >/dev/null 2>&1' once "$@" 2>"$work/time" || :
        echo "$(tail -n 1 "$work/time") 0"
    fi
}

# The fastest run's seconds, the largest run's memory.
best() {
    run=0
    while [ "$run" -lt "$runs" ]; do
        once "$@"
        run=$((run + 1))
    done | awk '
        NR == 1 || $1 < seconds { seconds = $1 }
        $2 > memory { memory = $2 }
        END { print seconds, memory }'
}

bytes=$(find "$folder" -type f -exec cat {} + | wc -c | tr -d ' ')
files=$(find "$folder" -type f | wc -l | tr -d ' ')
echo "$files files, $bytes bytes, best of $runs"
printf '%-12s %9s %9s %9s %9s\n' program seconds MB/s 'x cat' 'peak MB'

base=
row() {
    name=$1
    shift
    figures=$(best "$@")
    [ -n "$base" ] || base=${figures% *}
    echo "$figures" | awk -v name="$name" -v bytes="$bytes" -v base="$base" '{
        seconds = $1 > 0.005 ? $1 : 0.005
        base = base > 0.005 ? base : 0.005
        memory = $2 > 0 ? sprintf("%.1f", $2 / 1024) : "-"
        printf "%-12s %9.2f %9.0f %9.1f %9s\n", name, $1, bytes / 1e6 / seconds, seconds / base, memory
    }'
}

row cat find "$folder" -type f -exec cat {} +
if command -v rg >/dev/null; then
    row rg rg --no-config -uuu -c 'hf_[A-Za-z0-9]{34}' "$folder"
fi
row hubsweep "$hubsweep" scan --as all --no-config "$folder"
if command -v gitleaks >/dev/null; then
    row gitleaks gitleaks dir --no-banner --exit-code 0 "$folder"
fi
if command -v kingfisher >/dev/null; then
    row kingfisher kingfisher scan --no-validate --no-update-check "$folder"
fi
