#!/bin/sh
''':'
# `scripts/rollback.sh database [--yes]` puts the newest backup in the place of the database, `scripts/rollback.sh app [--yes]`
# the version that was in service before in the place of this one; also with `python` before it. `database --until TIME` goes
# to that moment (UTC) from the archive of a system that is stopped.
# To the shell the next lines are all there is, to Python they are a text.
cas="$(dirname "$0")/../.venv/bin/cas"
[ -x "$cas" ] && exec "$cas" restore "$@"
echo 'The system is not installed here: run `make install` first.' >&2
exit 1
'''
import os
import pathlib
import sys

cas = pathlib.Path(__file__).resolve().parent.parent / ".venv" / "bin" / "cas"
if not cas.exists():
    sys.exit("The system is not installed here: run `make install` first.")
os.execv(cas, [str(cas), "restore", *sys.argv[1:]])
