#!/usr/bin/env bash
# Speed and size of `doublure serve`, as ratios to a minimal axum server that sends the same bytes.
# Takes about two minutes on two cores, besides the build. Needs taskset (util-linux).
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release --quiet --package doublure
speed=$(cargo bench --quiet --package doublure-loadtests --bench speed --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*speed[^"]*\)".*/\1/p' | tail -n 1)
doublure=target/release/doublure

echo "pinned: each server on core 0, the load on core 1 (aim: at least 0.5)"
taskset -c 1 "$speed" compare "$doublure" 0
echo "unpinned (aim: at least 0.7)"
"$speed" compare "$doublure"
echo "first answer (aim: 50 ms), memory (aim: under 60 MB), large world (aim: 1)"
"$speed" memory "$doublure"
