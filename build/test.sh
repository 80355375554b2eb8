#!/usr/bin/env bash
# Runs every test. Fast ones first, so that a mistake shows soon.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=${GOFLAGS:--mod=readonly}
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

step() { printf '\n== %s (after %d s)\n' "$1" "$SECONDS"; }

# What failed, once more at the very end: a crash writes thousands of lines.
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
tests() {
  if go test "$@" 2>&1 | tee "$printed"; then return; fi
  printf '\n== what failed\n'
  grep -E '^(\s*--- FAIL|FAIL|panic:|running tests:|\s+Test[A-Za-z0-9_/]+ \(|WARNING: DATA RACE|\s+[a-z0-9_]+_test\.go:[0-9]+: )' "$printed" | tail -n 60
  exit 1
}

[ -d ../shared ] || echo "Without ../shared the checks against Oura's own API document are skipped."

step "formatting and vet"
unformatted=$(gofmt -l main.go app internal build)
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted"; exit 1; }
go vet ./...
go vet -tags testhosts,failpoint,window,soak ./...

step "frontend: types and unit tests"
(cd frontend && npm run --silent check && npm run --silent test)

step "description of the local API"
(cd frontend && npm run --silent lint:api)

# SQLite is C, translated to Go: its memory lies outside the Go heap, where the race
# detector does not look anyway, and looking costs more than everything else together.
# What calls it, driver and all of ours, is watched. Some tests mostly wait: three
# packages at a time keep two cores busy.
step "Go with the race detector"
tests -race -p 3 -timeout 20m -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false . ./app/... ./internal/...
tests ./build/...

step "Go: much data, without the race detector"
tests -run 'IsNear$' ./internal/export ./internal/sqlite
tests -run 'F81' ./internal/engine

step "Go: half a minute of what no page should send (S-45)"
OURA_HOSTILE_TIME=30s tests -count=1 -run 'S45_NoBoundMethod' ./app

step "Go: kills at named places"
tests -tags testhosts,failpoint ./internal/failpoint ./internal/auth ./internal/vault ./internal/ingress ./internal/collect ./internal/subscribe
tests -tags testhosts,failpoint -run Killed ./internal/engine ./internal/backup
tests -tags testhosts,failpoint -run 'F02|F14' ./internal/sqlite

step "browser: every screen and state before a pretend program"
(cd frontend && npm run --silent e2e)

step "browser: the real program"
build/e2e-real.sh

step "the real window"
mkdir -p bin
go build -trimpath -tags desktop,production,webkit2_41 -o bin/oura-streaming .
window() { # PATTERN
  OURA_STREAMING_BINARY=$PWD/bin/oura-streaming dbus-run-session -- xvfb-run -a \
    go test -count=1 -tags window -run "$1" ./app 2>&1 | tee "$printed"
}
if ! window "RealWindow|^TestWindow_|Dunst|WithoutAFlash"; then
  again=$(sed -nE 's/^--- FAIL: (Test[A-Za-z0-9_]+).*/\1/p' "$printed" | sort -u | paste -sd '|')
  # As in the browser: in CI once more, and named. What fails twice has failed.
  [ -n "${CI:-}" ] && [ -n "$again" ] || exit 1
  printf '\n== failed in the real window, and tried once more: %s\n' "$again"
  window "^($again)\$"
fi
