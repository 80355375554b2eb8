#!/usr/bin/env bash
# Makes what a release consists of, in bin/package:
#   package.sh [binaries|linux|windows|all]
# The same commit gives the same files, to the last byte, with the same Go, Node, C
# compiler and packers. Run by "make package", which sets up and builds the page first.
# PROJECT=owner/name says where releases are looked for; without it a build never asks.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
out=$PWD/bin/package
stage=$out/stage

export GOFLAGS=-mod=readonly
export TZ=UTC0 LC_ALL=C
umask 022
SOURCE_DATE_EPOCH=$(build/version.sh epoch)
export SOURCE_DATE_EPOCH
version=$(build/version.sh program)
VERSION=$(build/version.sh package)
number=$(build/version.sh windows)
export VERSION
PROJECT=${PROJECT:-}
HOMEPAGE=${PROJECT:+https://github.com/$PROJECT}
export HOMEPAGE
[[ $PROJECT =~ ^([A-Za-z0-9-]+/[A-Za-z0-9._-]+)?$ ]] || { echo "PROJECT must be owner/name" >&2; exit 2; }
date=$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
ldflags="-s -w -X main.version=$version -X oura-streaming/internal/update.project=$PROJECT"

# Flags of the C parts are our own, so that those of the environment change nothing.
export CGO_CFLAGS="-O2 -fstack-protector-strong" CGO_CXXFLAGS="" CGO_CPPFLAGS="" CGO_FFLAGS="" CGO_LDFLAGS="-O2 -Wl,-z,relro,-z,now"

build_linux() {
  GOOS=linux CGO_ENABLED=1 go build -trimpath -buildvcs=false \
    -tags desktop,production,webkit2_41 -ldflags "$ldflags" -o "$stage/oura-streaming" .
}

build_windows() {
  trap 'rm -f rsrc_windows_amd64.syso' EXIT
  (cd build/tools && go run ./winres ../icons/app.ico ../windows/app.manifest "$number" "$version" ../../rsrc_windows_amd64.syso)
  GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -tags desktop,production -ldflags "$ldflags -H windowsgui" -o "$stage/oura-streaming.exe" .
  rm -f rsrc_windows_amd64.syso
}

# The lists must tell what is really inside, so they are made from the programs.
sbom() {
  go run ./build/sbom -version "$VERSION" -epoch "$SOURCE_DATE_EPOCH" -out "$out/oura-streaming-$VERSION.cdx.json" \
    -licenses "$stage/THIRD-PARTY.txt" "$@"
}

pack() { gzip -9 -n -c "$1" > "$2"; }

package_linux() {
  ARCH=$(go env GOARCH)
  GLIBC=$(objdump -T "$stage/oura-streaming" | grep -o 'GLIBC_[0-9.]*' | sed s/GLIBC_// | sort -Vu | tail -n 1)
  STAGE=$stage
  export ARCH GLIBC STAGE
  sed -e "s|@version@|$VERSION|; s|@date@|$date|" \
    -e "s|  <!-- homepage -->|${HOMEPAGE:+  <url type=\"homepage\">$HOMEPAGE</url>}|" build/linux/metainfo.xml | sed '/^$/d' > "$stage/metainfo.xml"
  go run ./build/linux/man "$version" "$date" > "$stage/oura-streaming.1"
  pack "$stage/oura-streaming.1" "$stage/oura-streaming.1.gz"
  pack CHANGELOG.md "$stage/NEWS.gz"
  pack "$stage/THIRD-PARTY.txt" "$stage/THIRD-PARTY.txt.gz"
  printf 'oura-streaming (%s-1) stable; urgency=medium\n\n  * Version %s. What is new is in NEWS.gz beside this file.\n\n -- The Oura Streaming authors <maintainers@oura-streaming.invalid>  %s\n' \
    "$VERSION" "$version" "$(date -d "@$SOURCE_DATE_EPOCH" -R)" > "$stage/changelog.Debian"
  pack "$stage/changelog.Debian" "$stage/changelog.Debian.gz"
  cp build/linux/lintian-overrides "$stage/lintian-overrides"
  find "$stage" -type f -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  # Files straight from the repository are as old as the clone: the packer is told otherwise.
  go tool -modfile=build/tools/go.mod nfpm package -f build/nfpm.yaml -p deb -t "$out/"
  go tool -modfile=build/tools/go.mod nfpm package -f build/nfpm.yaml -p rpm -t "$out/"
}

package_windows() {
  cp "$stage/oura-streaming.exe" "$out/oura-streaming-$VERSION-windows-amd64.exe"
  command -v makensis >/dev/null || { echo "No installer for Windows: makensis is missing (Debian: apt-get install nsis)." >&2; return 0; }
  cp LICENSE "$stage/LICENSE.txt"
  find "$stage" -type f -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  makensis -V2 -INPUTCHARSET UTF8 -DVERSION="$VERSION" -DNUMBER="$number" -DEXE="$stage/oura-streaming.exe" -DLICENSE="$stage/LICENSE.txt" \
    -DTHIRDPARTY="$stage/THIRD-PARTY.txt" -DICON="$PWD/build/icons/app.ico" -DOUT="$out/oura-streaming-$VERSION-windows-amd64-setup.exe" build/windows/installer.nsi
}

rm -rf "$out"
mkdir -p "$stage"
programs=()
case "$what" in
  binaries | all) build_linux; build_windows; programs=("$stage/oura-streaming" "$stage/oura-streaming.exe") ;;
  linux) build_linux; programs=("$stage/oura-streaming") ;;
  windows) build_windows; programs=("$stage/oura-streaming.exe") ;;
  *) echo "usage: build/package.sh [binaries|linux|windows|all]" >&2; exit 2 ;;
esac
sbom "${programs[@]}"
case "$what" in all | linux) package_linux ;; esac
case "$what" in all | windows) package_windows ;; esac
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\n' | sort | xargs sha256sum > SHA256SUMS && cat SHA256SUMS)
