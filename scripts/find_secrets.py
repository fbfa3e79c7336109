#!/usr/bin/env python3
"""Look for keys, tokens and passwords in every file that git knows; whatever is not known to be harmless is an error.

`.secrets.baseline` says how to look and holds the hashes of what was found harmless. `--accept` writes it anew: look at
each line that it adds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core import baseline

REPOSITORY = Path(__file__).resolve().parents[1]
NAME = ".secrets.baseline"
# sound, pictures, fonts, models and word lists; lists of packages and files, whose hashes say what they are
PASSED_OVER = {".ogg", ".mp3", ".flac", ".wav", ".png", ".woff2", ".ttf", ".pkl", ".onnx", ".csv", ".lock"}
PASSED_OVER_NAMES = {"package-lock.json", "manifest.json", NAME}


def files() -> list[str]:
    """Every file of the repository that a person could have written a secret into."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return [
        name
        for name in listed.split("\0")
        if name and Path(name).suffix not in PASSED_OVER and Path(name).name not in PASSED_OVER_NAMES
        if "words" not in Path(name).parts and Path(name).is_file()
    ]


def main() -> int:
    """Print where something was found, never what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY, help="the repository to look through")
    parser.add_argument("--accept", action="store_true", help="take everything that is there now for harmless")
    chosen = parser.parse_args()
    os.chdir(chosen.folder)  # names of files are kept as they are given
    path = Path(NAME)
    known = baseline.load(json.loads(path.read_text()), NAME)
    found = SecretsCollection()
    found.scan_files(*files())
    if chosen.accept:
        written = baseline.format_for_output(found)
        path.write_text(json.dumps({**written, "generated_at": None}, indent=2) + "\n")
        return 0
    new = sorted(found - known, key=lambda pair: (pair[0], pair[1].line_number))
    for name, secret in new:
        print(f"{name}:{secret.line_number}: {secret.type}")
    if new:
        print(
            "\nThis looks like a secret. If it is one, take it out, and replace it wherever it is in force: a commit"
            " may hold it already. If it is harmless, `scripts/find_secrets.py --accept`, and look at what that adds.",
            file=sys.stderr,
        )
    return 1 if new else 0


if __name__ == "__main__":
    raise SystemExit(main())
