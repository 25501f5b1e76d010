#!/usr/bin/env bash
# Whether the rules of the quota see a gateway whose threads race: HAProxy with two threads counts calls that come at
# once in a table that both write to. With one thread, which the test of HAProxy holds, it counts exactly.
#
# A bench and no test: whether two threads meet is chance, and what it shows is told, not demanded.
# Each try takes a second or two, besides the build: haproxy-race.sh [TRIES [THREADS [DOUBLURE]]]
set -euo pipefail
cd "$(dirname "$0")/../../.."
tries=${1:-20}
threads=${2:-2}
doublure=${3:-target/debug/doublure}
if [ $# -lt 3 ]; then
    cargo build --quiet --package doublure
fi
haproxy=$(PATH="$PATH:/usr/sbin" command -v haproxy) || {
    echo "haproxy is not installed"
    exit 0
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp conformance/mutants/tests/real/haproxy.* "$folder"
sed -i "s/nbthread 1/nbthread $threads/" "$folder/haproxy.cfg"

seen=0
for try in $(seq "$tries"); do
    "$haproxy" -db -f "$folder/haproxy.cfg" 2>"$folder/errors" &
    process=$!
    until (: </dev/tcp/127.0.0.1/8710) 2>/dev/null; do kill -0 "$process"; done
    "$doublure" check gateway --target "$folder/haproxy.toml" --only gw.quota.remaining-counts-down \
        --only gw.quota.exact-under-concurrency >"$folder/report" 2>&1 || seen=$((seen + 1))
    kill "$process"
    wait "$process" || true
    echo "$try: $(grep -E '^(FAIL|ok|\?) |^      (actual|reason)' "$folder/report" | tr -s ' ' | tr '\n' ' ')"
done
echo "$threads threads: a rule of the quota failed in $seen of $tries tries"
