"""Let nobody in and take nothing in, at once: for when somebody got in who should not."""

from __future__ import annotations

from collections.abc import Iterator

from cognitive_assessment.config import Settings
from cognitive_assessment.ops import maintenance
from cognitive_assessment.store import lockdown
from cognitive_assessment.store.engine import make_engine


def open_doors(owner_url: str) -> dict[str, int]:
    """How many sign-ins and invitations there are."""
    engine = make_engine(owner_url)
    try:
        with engine.connect() as connection:
            return lockdown.held(connection)
    finally:
        engine.dispose()


def close_again(settings: Settings, owner_url: str) -> Iterator[str]:
    """In a database of an earlier time, end the sign-ins of then, and after a lockdown whatever it had ended; as lines.

    What staff closed between then and now cannot be known, so it is said what to look at.
    """
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            if maintenance.is_locked_down(settings.data_dir):
                lockdown.end_everything(connection)
                yield "Everything that the lockdown had ended has ended again."
            else:
                lockdown.end_sign_ins(connection)
                yield "All sign-ins of that time have ended."
    finally:
        engine.dispose()
    yield (
        "Passwords, second factors, closed accounts and revoked invitations are as they were then: look at the pages"
        " Team and Sessions, and change again what was changed since."
    )


def lock(settings: Settings, owner_url: str) -> dict[str, int]:
    """Stop all writes, tokens of an identity provider among what is refused, then end all sign-ins and invitations.

    In this order, so that nobody signs in between; broken off, doing it again completes it.
    """
    maintenance.turn_on(settings.data_dir, is_lockdown=True)
    maintenance.tell_all(settings, owner_url)
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            return lockdown.end_everything(connection)
    finally:
        engine.dispose()
