#!/usr/bin/env bash
# Find Bugsink, or install it, pinned by hash, into an environment of its own under .stamps/: a server that speaks Sentry's
# protocol, for the tests alone. None of its packages is among ours, and no service is started. scripts/bugsink.lock was
# written from bugsink.in by: uv pip compile --universal --python-version 3.11 --generate-hashes
# Prints the folder of its programs on the last line; exits 3 when it cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.stamps/bugsink
lock=$PWD/scripts/bugsink.lock
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

if ! cmp -s "$lock" "$folder/installed.lock"; then
  echo "==> Installing Bugsink for the tests" >&2
  rm -rf "$folder/venv"
  if "${PYTHON:-python3}" -m venv "$folder/venv" >&2 &&
    "$folder/venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$lock" >&2; then
    cp "$lock" "$folder/installed.lock"
  else
    echo "Bugsink is not installed, and its packages cannot be had." >&2
    exit 3
  fi
fi
echo "$folder/venv/bin"
