#!/usr/bin/env bash
# Whether the rules of the quota see a gateway whose threads race, in three ways for HAProxy to count calls:
#
#   tracked    as the test of HAProxy holds it with one thread: a call is counted, and in the next rule it is read how
#              many there were. Between the two another thread may count a call: both are given one number.
#   handed-on  who is over the limit is told by what was counted so far, and a call is counted when it is handed on, once
#              its rights were looked up in a list that is as long as a list of everybody's. With one thread nothing
#              comes in between; with two, a call of the other does.
#   answered   the same, but a call is counted when its provider has answered. That is exact with no number of threads.
#
# A bench and no test: whether two threads meet is chance, and what it shows is told, not demanded.
# Figures of HAProxy 2.6 on two busy processors: `handed-on` with two threads failed in 10 of 10 tries (a number given
# twice, and a call too many), with one thread in 0 of 5; `answered` in 5 of 5, `tracked` in 0 of 30: a thread is
# between its two rules for less than a microsecond. It is no less a race: of 7 680 calls that were sent by hand while
# HAProxy was stopped, two had one number.
#
# Each try takes some seconds, besides the build: haproxy-race.sh [TRIES [THREADS [tracked|handed-on|answered [DOUBLURE]]]]
set -euo pipefail
cd "$(dirname "$0")/../../.."
tries=${1:-10}
threads=${2:-2}
counts=${3:-handed-on}
doublure=${4:-target/debug/doublure}
if [ $# -lt 4 ]; then
    cargo build --quiet --package doublure
fi
haproxy=$(PATH="$PATH:/usr/sbin" command -v haproxy) || {
    echo "haproxy is not installed"
    exit 0
}
folder=$(mktemp -d)
process=
trap '[ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true; rm -rf "$folder"' EXIT
cp conformance/mutants/tests/real/haproxy.* "$folder"
edits=(-e "s/nbthread 1/nbthread $threads/")
# Looks at what was counted so far, and does not count yet.
looks=(-e 's/store http_req_cnt$/store gpc0/' -e 's/sc_http_req_cnt(0)/sc_get_gpc0(0),add(1)/')
case $counts in
    tracked) ;;
    handed-on)
        edits+=("${looks[@]}" -e 's/^    http-request del-header Authorization/    http-request sc-inc-gpc0(0)\n&/')
        seq -f '^/v3/registers/%.0f/[^/]+$ .*"register"' 10000 | cat - "$folder/haproxy.rights.lst" >"$folder/long"
        mv "$folder/long" "$folder/haproxy.rights.lst"
        ;;
    answered) edits+=("${looks[@]}" -e 's/^    http-request del-header Authorization/    http-response sc-inc-gpc0(0)\n&/') ;;
    *)
        echo "no way to count is called $counts: tracked, handed-on, answered"
        exit 2
        ;;
esac
sed -i "${edits[@]}" "$folder/haproxy.cfg"

seen=0
for try in $(seq "$tries"); do
    "$haproxy" -db -f "$folder/haproxy.cfg" 2>"$folder/errors" &
    process=$!
    for _ in $(seq 200); do
        (: </dev/tcp/127.0.0.1/8710) 2>/dev/null && break
        kill -0 "$process"
        sleep 0.05
    done
    timeout 120 "$doublure" check gateway --target "$folder/haproxy.toml" --only gw.quota.remaining-counts-down \
        --only gw.quota.exact-under-concurrency >"$folder/report" 2>&1 || seen=$((seen + 1))
    kill "$process"
    wait "$process" || true
    process=
    echo "$try: $(grep -E '^(FAIL|ok|\?) |^      (actual|reason)' "$folder/report" | tr -s ' ' | tr '\n' ' ')"
done
echo "$counts, $threads threads: a rule of the quota failed in $seen of $tries tries"
