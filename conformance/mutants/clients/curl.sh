#!/bin/sh
# A client in ten lines of shell: it bounds each call, waits as long as it is told, and gives up where that is too long.
head=$(mktemp); trap 'rm -f "$head"' EXIT; served=0
while [ "$served" -lt "$DOUBLURE_CALLS" ]; do
  body=$(curl -s --max-time 3 -D "$head" -H "Authorization: Bearer $DOUBLURE_TOKEN" "$DOUBLURE_URL") || exit 1
  case $(head -n 1 "$head") in *" 200"*) served=$((served + 1)); continue ;; esac
  wait=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$head")
  [ -n "$wait" ] || wait=$(printf %s "$body" | sed -n 's/.*"retry_in": *\([0-9]*\).*/\1/p')
  [ "${wait:-9999}" -le 60 ] || exit 1
  sleep "$wait"
done
