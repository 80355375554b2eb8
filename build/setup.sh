#!/usr/bin/env bash
# Installs what is missing to build (with "test", to test; with "package", to pack) the program.
# Debian and Ubuntu: installs packages itself, after printing their names.
# Elsewhere: prints what to install and stops.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-build}

go_minimum=1.26
node_minimum=20.19

packages_build=(gcc libc6-dev pkg-config libwebkit2gtk-4.1-dev)
packages_test=(locales chromium fonts-dejavu-core sqlite3)
packages_window=(xvfb xauth dbus-daemon at-spi2-core xdotool)
packages_desktop=(dunst xfce4-panel imagemagick) # real services for the tests of the real window
packages_package=(nsis desktop-file-utils appstream lintian rpm libgtk-3-bin groff-base binutils)

fail() { printf '%s\n' "$@" >&2; exit 1; }

# older A B: whether version A is lower than version B.
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

check_go() {
  command -v go >/dev/null || fail "Go is missing. Install Go $go_minimum or newer from https://go.dev/dl/ and run this again."
  local have
  have=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
  older "$have" "$go_minimum" && fail "Go $have is too old: Go $go_minimum or newer is needed (https://go.dev/dl/)."
  return 0
}

check_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail "Node.js with npm is missing. Install Node.js $node_minimum or newer from https://nodejs.org/ and run this again."
  local have
  have=$(node --version | sed 's/^v//')
  older "$have" "$node_minimum" && fail "Node.js $have is too old: $node_minimum or newer is needed (https://nodejs.org/)."
  return 0
}

missing_debian() {
  local name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || printf '%s\n' "$name"
  done
}

install_debian() {
  local missing sudo=()
  mapfile -t missing < <(missing_debian "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  printf 'Installing Debian packages: %s\n' "${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Install them as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

advise() {
  case "$(uname -s)" in
    Darwin)
      xcode-select -p >/dev/null 2>&1 || fail "Install Apple's command line tools first: xcode-select --install"
      [ "$what" = build ] || fail "The full test run needs Linux (Xvfb, accessibility bus). On a Mac use: make check" ;;
    MINGW* | MSYS* | CYGWIN*)
      printf '%s\n' "On Windows the WebView2 runtime must be there; Windows 11 has it. Otherwise: https://developer.microsoft.com/microsoft-edge/webview2/"
      [ "$what" = build ] || fail "The full test run needs Linux. On Windows use: make check" ;;
    *)
      if pkg-config --exists webkit2gtk-4.1 2>/dev/null && [ "$what" = build ]; then return 0; fi
      fail "This program's set-up installs packages on Debian and Ubuntu only. Here install by hand, then run this again:" \
        "  Fedora:  dnf install gcc pkgconf-pkg-config webkit2gtk4.1-devel  (tests: xorg-x11-server-Xvfb dbus-daemon at-spi2-core xdotool chromium sqlite)" \
        "  Arch:    pacman -S base-devel webkit2gtk-4.1  (tests: xorg-server-xvfb at-spi2-core xdotool chromium sqlite)" ;;
  esac
}

check_go
check_node
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  case "$what" in
    build) install_debian "${packages_build[@]}" ;;
    test) install_debian "${packages_build[@]}" "${packages_window[@]}" "${packages_desktop[@]}" "${packages_test[@]}" ;;
    package) install_debian "${packages_build[@]}" "${packages_window[@]}" "${packages_package[@]}" ;;
    *) fail "usage: build/setup.sh [build|test|package]" ;;
  esac
else
  advise
fi
