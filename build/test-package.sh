#!/usr/bin/env bash
# Packs the last commit twice, in two places, compares every file, and tries the
# first: looks into each, installs the .deb, opens its window, removes it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "This installs and removes a package: run it as root, in a container." >&2; exit 2; }
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for copy in one two/deeper; do
  git clone -q --no-local . "$work/$copy"
  (
    cd "$work/$copy"
    # The same packages as here, where these are what the lock file says.
    if cmp -s frontend/package-lock.json "$here/frontend/package-lock.json" && [ -d "$here/frontend/node_modules" ]; then
      cp -a "$here/frontend/node_modules" frontend/node_modules
    else
      (cd frontend && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund)
    fi
    (cd frontend && npm run --silent build)
    build/package.sh all > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    [ -z "$(git status --porcelain)" ] || { echo "packing changed:"; git status --short; exit 1; }
  )
done
OURA_PACKAGES=$work/one/bin/package OURA_PACKAGES_AGAIN=$work/two/deeper/bin/package \
  go test -count=1 -timeout 20m -tags package "$@" ./build/packagetest
if [ -n "${OURA_KEEP_PACKAGES:-}" ]; then rm -rf "$OURA_KEEP_PACKAGES"; cp -a "$work/one/bin/package" "$OURA_KEEP_PACKAGES"; fi
