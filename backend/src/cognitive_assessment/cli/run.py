"""`cas run`: a command in the system's own environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from cognitive_assessment.config import settings
from cognitive_assessment.ops import database_access


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="CMD [ARGUMENT]...")
def command(words: tuple[str, ...]) -> None:
    """Run CMD with every setting of this system, DATABASE_URL of the owner role included.

    An embedded database that does not run is started for as long as CMD takes. CMD's exit code is ours.
    """
    with database_access.database(settings()) as access:
        environment = database_access.environment(settings(), access)
        environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
        try:
            done = subprocess.run(words, env=environment, check=False)
        except OSError as error:
            raise click.ClickException(f"{words[0]}: {error.strerror}") from error
    sys.exit(done.returncode if done.returncode >= 0 else 128 - done.returncode)
