#!/usr/bin/env bash
# Says in words what to do where no window can open. Arguments: those of the program.
case "$(uname -s)" in
  Linux) ;;
  *) exit 0 ;;
esac
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exit 0; fi
cat >&2 <<TEXT
There is no display here, so no window can open. Without a window run:
  bin/oura-streaming${1:+ $1} --headless
and use the local API (README.md, "Without a window").
TEXT
exit 1
