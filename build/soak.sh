#!/usr/bin/env bash
# Measures how long the window takes to come, and what the program costs while nothing
# happens, and prints what was reached beside the goal. It takes about a quarter of an
# hour; SOAK=30s idles shorter. A busy machine starts slowly: leave it alone meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=${GOFLAGS:--mod=readonly}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

window=desktop,production,webkit2_41
go build -trimpath -ldflags '-s -w' -tags "$window,testhosts" -o "$dir/testhosts" .
go build -trimpath -ldflags '-s -w' -tags "$window,emptywindow" -o "$dir/emptywindow" ./build/emptywindow

export OURA_STREAMING_BINARY=$PWD/bin/oura-streaming OURA_SOAK_TESTHOSTS=$dir/testhosts OURA_SOAK_EMPTY=$dir/emptywindow
export OURA_SOAK_TABLE=$dir/table OURA_SOAK=${SOAK:-5m}
status=0
: >"$OURA_SOAK_TABLE"
dbus-run-session -- xvfb-run -a go test -count=1 -timeout 60m -tags soak "$@" ./build/soak || status=$?

printf '\n%-56s %14s   %s\n' what reached goal
cat "$dir/table"
printf '\nTook %d s. Load of the machine: %s\n' "$SECONDS" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
exit $status
