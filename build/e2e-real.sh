#!/usr/bin/env bash
# Browser tests against the real program: a development build serves its page to
# Chromium, a pretend Oura cloud stands outside. Everything ends with this script.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" != inside ]; then
  mkdir -p bin
  go build -tags dev,webkit2_41,testhosts -o bin/oura-streaming-dev .
  go build -o bin/ourasim ./internal/ourasim/cmd/ourasim
  exec dbus-run-session -- xvfb-run -a "$0" inside
fi

cloud=24190 control=24191 api=24197 page=24199 ingress=24196
token=e2e-token-0123456789abcdef
dir=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap finish EXIT

answers() { # URL: waits until somebody answers there
  for _ in $(seq 150); do
    curl -s -o /dev/null "$1" && return 0
    sleep 0.1
  done
  echo "Nothing answers at $1." >&2
  cat "$dir"/*.log >&2
  return 1
}

bin/ourasim --port $cloud --control-port $control --days 0 --client-id e2e-client --client-secret e2e-secret \
  --redirect "http://localhost:$api/auth/callback" >"$dir/ourasim.log" 2>&1 &
pids+=($!)
answers "http://127.0.0.1:$control/control/state"

# No browser may open by itself: the tests follow the address that the wizard shows.
mkdir "$dir/path"
printf '#!/bin/sh\nexit 3\n' >"$dir/path/xdg-open"
chmod +x "$dir/path/xdg-open"

env PATH="$dir/path:$PATH" HOME="$dir/home" XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/config" XDG_CACHE_HOME="$dir/cache" \
  devserver=127.0.0.1:$page assetdir=frontend/dist loglevel=Warning \
  OURA_PUBLIC_URL=http://127.0.0.1:$ingress OURA_INGRESS_PORT=$ingress OURA_STREAMING_API_TOKEN=$token \
  OURA_STREAMING_TEST_API_URL=http://127.0.0.1:$cloud \
  OURA_STREAMING_TEST_AUTHORIZE_URL=http://127.0.0.1:$cloud/oauth/authorize \
  OURA_STREAMING_TEST_TOKEN_URL=http://127.0.0.1:$cloud/oauth/token \
  OURA_STREAMING_TEST_NEW_TOKEN_URL=http://127.0.0.1:$cloud/oauth/v2/ext/oauth-token \
  OURA_STREAMING_TEST_REVOKE_URL=http://127.0.0.1:$cloud/oauth/revoke \
  bin/oura-streaming-dev --port $api >"$dir/program.log" 2>&1 &
pids+=($!)
answers "http://127.0.0.1:$page/"

cd frontend
if ! OURA_E2E_OUTPUT=test-results/real OURA_E2E_URL=http://127.0.0.1:$page OURA_E2E_CONTROL=http://127.0.0.1:$control \
  OURA_E2E_API=http://127.0.0.1:$api OURA_E2E_TOKEN=$token npm run --silent e2e:real; then
  cat "$dir/program.log" >&2
  exit 1
fi
