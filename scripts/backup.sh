#!/bin/sh
''':'
# Make a backup, or prove the newest one with --dry-run. Runs as `scripts/backup.sh` and as `python scripts/backup.sh`:
# to the shell the next line is all there is, to Python it is a text.
exec "$(dirname "$0")/../.venv/bin/cas" backup "$@"
'''
import os
import pathlib
import sys

cas = pathlib.Path(__file__).resolve().parent.parent / ".venv" / "bin" / "cas"
os.execv(cas, [str(cas), "backup", *sys.argv[1:]])
