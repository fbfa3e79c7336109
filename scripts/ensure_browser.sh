#!/usr/bin/env bash
# Find a Chromium for the journeys in a real browser, or install Debian's where apt is there and may be used.
# Prints its path on the last line; exits 3 when there is none to be had.
set -euo pipefail

find_browser() {
  for name in "${CAS_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  return 1
}

find_browser && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if command -v apt-get >/dev/null && [ "${as_root[*]:-}" != false ]; then
  echo "==> No Chromium found; installing it with apt-get" >&2
  "${as_root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >&2
  find_browser && exit 0
fi
echo "No Chromium here and none can be installed; CAS_BROWSER=/path/to/chromium names one." >&2
exit 3
