#!/bin/sh
''':'
# `scripts/rollback.sh database [--yes]` puts the newest backup in the place of the database, `scripts/rollback.sh app [--yes]`
# the version that was in service before in the place of this one; also with `python` before it. `database --until TIME` goes
# to that moment (UTC) from the archive of a system that is stopped.
# To the shell the next line is all there is, to Python it is a text.
exec "$(dirname "$0")/../.venv/bin/cas" restore "$@"
'''
import os
import pathlib
import sys

cas = pathlib.Path(__file__).resolve().parent.parent / ".venv" / "bin" / "cas"
os.execv(cas, [str(cas), "restore", *sys.argv[1:]])
