#!/bin/sh
''':'
# Make a backup, or prove the newest one with --dry-run. Runs as `scripts/backup.sh` and as `python scripts/backup.sh`:
# to the shell the next lines are all there is, to Python they are a text.
cas="$(dirname "$0")/../.venv/bin/cas"
[ -x "$cas" ] && exec "$cas" backup "$@"
echo 'The system is not installed here: run `make install` first.' >&2
exit 1
'''
import os
import pathlib
import sys

cas = pathlib.Path(__file__).resolve().parent.parent / ".venv" / "bin" / "cas"
if not cas.exists():
    sys.exit("The system is not installed here: run `make install` first.")
os.execv(cas, [str(cas), "backup", *sys.argv[1:]])
