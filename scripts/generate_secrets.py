"""Make the secrets of a new environment: `cas secrets generate`, for whoever types this name with any Python."""

import os
import pathlib
import sys

cas = pathlib.Path(__file__).resolve().parent.parent / ".venv" / "bin" / "cas"
if not cas.exists():
    sys.exit("The system is not installed here: run `make install` first.")
os.execv(cas, [str(cas), "secrets", "generate", *sys.argv[1:]])  # noqa: S606  # our own program
