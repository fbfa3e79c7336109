"""`cas worker`: one more worker, on this machine or another."""

from __future__ import annotations

import click

from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidSettings, Unavailable
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.jobs import worker
from cognitive_assessment.ops import database_access, embedded_database


@click.command()
def command() -> None:
    """Take up jobs until told to stop: of the running system on this data folder, or of the database that is set."""
    catalogue()  # what is wrong with an instrument stops the start
    current = settings()
    if current.database_app_url is not None:
        worker.main(current.database_app_url)
        return
    if not current.has_embedded_database:
        app_url = database_access.of_settings(current).app_url
        if app_url is None:
            raise InvalidSettings("A worker needs CAS_DATABASE_APP_URL.", remedy="It never works as the owner role.")
        worker.main(app_url)
        return
    addresses = embedded_database.find_running(current.data_dir)
    if addresses is None:
        raise Unavailable(
            f"No system runs on {current.data_dir}.", remedy="Start it with `cas serve`, or set DATABASE_URL."
        )
    worker.main(addresses.app_url)
