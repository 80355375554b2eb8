#!/usr/bin/env bash
# Prints the version in the form that is asked for, from what git says or from its
# first argument:
#   version.sh program   v1.2.3, v1.2.3-4-gabc1234, abc1234-dirty (no tag yet)
#   version.sh package   1.2.3,  1.2.3+4.gabc1234,  0.1.0~git20261122.abc1234.dirty
#   version.sh windows   1.2.3.0, 1.2.3.4,          0.1.0.0
#   version.sh epoch     when the commit was made, in seconds
set -euo pipefail
cd "$(dirname "$0")/.."
form=$1
git_says=${2:-$(git describe --tags --always --dirty 2>/dev/null || echo v0.1.0)}
unreleased=0.1.0 # what comes before the first tag

dirty=""
bare=${git_says%-dirty}
[ "$bare" = "$git_says" ] || dirty=.dirty

commit_time() { git log -1 --format=%ct 2>/dev/null || echo 1767225600; }

if [[ $bare =~ ^v?([0-9]+\.[0-9]+\.[0-9]+)(-([0-9]+)-(g[0-9a-f]+))?$ ]]; then
  base=${BASH_REMATCH[1]} after=${BASH_REMATCH[3]} commit=${BASH_REMATCH[4]}
  package=$base${after:++$after.$commit}
  [ -z "$dirty" ] || [ -n "$after" ] || package+=+0
  windows=$base.${after:-0}
elif [[ $bare =~ ^v?([0-9]+\.[0-9]+\.[0-9]+)-([0-9A-Za-z.-]+)$ ]]; then # v1.2.3-rc.1
  package=${BASH_REMATCH[1]}~${BASH_REMATCH[2]//-/.}
  windows=${BASH_REMATCH[1]}.0
else
  package=$unreleased~git$(TZ=UTC0 date -d "@$(commit_time)" +%Y%m%d).$bare
  windows=$unreleased.0
fi

case "$form" in
  program) echo "$git_says" ;;
  package) echo "$package$dirty" ;;
  windows) echo "$windows" ;;
  epoch) commit_time ;;
  *) echo "usage: build/version.sh program|package|windows|epoch [GIT-DESCRIPTION]" >&2; exit 2 ;;
esac
