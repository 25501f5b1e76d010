#!/usr/bin/env bash
# What waiting costs `doublure serve`: delays, waits on a manual clock, silent connections.
# Takes about a minute, besides the build. Silent connections need 8 200 file descriptors.
# Another binary is measured with: time.sh PATH.
set -euo pipefail
cd "$(dirname "$0")/../.."
ulimit -n 20000 2>/dev/null || ulimit -n "$(ulimit -Hn)"
doublure=${1:-target/release/doublure}
if [ $# -eq 0 ]; then
    cargo build --release --quiet --package doublure
fi
time=$(cargo bench --quiet --package doublure-loadtests --bench time --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*time[^"]*\)".*/\1/p' | tail -n 1)

echo "delay of 1 s, 1 000 calls in flight, arrivals spread over it (aim: p99 at most 3 ms beyond a bare tokio server)"
"$time" overshoot "$doublure"
echo "waits on a manual clock, of real time (aim: 50 ms each)"
"$time" manual "$doublure"
echo "silent connections (aim: others unharmed)"
"$time" silence "$doublure"
