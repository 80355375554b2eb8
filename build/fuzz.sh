#!/usr/bin/env bash
# Runs every fuzz target for as long as the first argument says (30s), one after the
# other. What breaks one is kept below testdata/fuzz, and a test from then on.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=${GOFLAGS:--mod=readonly}
time=${1:-30s}

failed=()
while IFS=: read -r file target; do
  printf '\n== %s in %s, for %s\n' "$target" "$(dirname "$file")" "$time"
  go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "./$(dirname "$file")" || failed+=("$target")
done < <(grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' app internal | sed 's/func //' | sort)

if [ ${#failed[@]} -gt 0 ]; then
  printf '\n== failed: %s\n' "${failed[*]}"
  exit 1
fi
