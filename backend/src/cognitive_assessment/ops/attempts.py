"""What the supervisor does again and again, and goes on without where the machine refuses it for a while."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable

Say = Callable[[str], None]
_TOLD_AGAIN_AFTER_S = 600.0


class Attempts:
    """Attempts at things that do not hold the system up: on a full disk, or without room for another process."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._failed_at: dict[tuple[str, str], float] = {}

    def make(self, what: str, act: Callable[[], object]) -> None:
        """Do it; a refusal of the machine is said once, however often the next attempts meet it too."""
        try:
            act()
        except OSError as error:
            why = error.strerror or type(error).__name__
            now = time.monotonic()
            if now - self._failed_at.get((what, why), -math.inf) > _TOLD_AGAIN_AFTER_S:
                self._say(f"{what} does not succeed: {why}. It is tried again, and the rest goes on")
            self._failed_at[what, why] = now


def where_possible(say: Say) -> Say:
    """The same way to say something, and silence where that is full or gone."""

    def said(line: str) -> None:
        with contextlib.suppress(OSError):
            say(line)

    return said
