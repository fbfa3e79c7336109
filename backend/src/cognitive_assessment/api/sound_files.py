"""Which files of sound are taken, known by how they begin: what somebody calls a file says nothing."""

from __future__ import annotations

import re

from cognitive_assessment.errors import InvalidInput

DECIDED_BY = 12  # after so many bytes it is known which of them a file is, or that it is none
# by media type, what stands where; an MPEG file begins with a tag, or at once with a frame
_BEGINNINGS: tuple[tuple[str, tuple[tuple[int, bytes], ...]], ...] = (
    ("audio/webm", ((0, b"\x1a\x45\xdf\xa3"),)),
    ("audio/ogg", ((0, b"OggS"),)),
    ("audio/mp4", ((4, b"ftyp"),)),
    ("audio/wav", ((0, b"RIFF"), (8, b"WAVE"))),
    ("audio/flac", ((0, b"fLaC"),)),
    ("audio/mpeg", ((0, b"ID3"),)),
    ("audio/mpeg", ((0, b"\xff\xfb"),)),
)
TYPES = frozenset(name for name, _ in _BEGINNINGS)
_DECLARED = re.compile(r"(audio/[\w.+-]+|video/(webm|mp4)|application/octet-stream)(;.*)?", re.DOTALL)


class NoSound(InvalidInput):
    """A file of another kind than sound."""

    code = "no_sound"


def require_declared(media_type: str) -> str:
    """The type that a client names, if it is one of sound or of anything; raises `NoSound`."""
    if not _DECLARED.fullmatch(media_type):
        raise NoSound(
            "Only sound may be uploaded.",
            field="Upload-Metadata.filetype",
            remedy=f"One of {', '.join(sorted(TYPES))}.",
        )
    return media_type[:100]


def require_type(opening: bytes) -> str | None:
    """Which type of sound begins so; nothing while that is open. Raises `NoSound` if none does."""
    possible = {name for name, parts in _BEGINNINGS if all(_may_be(opening, at, part) for at, part in parts)}
    if not possible:
        raise NoSound("These bytes are no recording.", remedy=f"Send one of {', '.join(sorted(TYPES))}.")
    return possible.pop() if len(possible) == 1 and len(opening) >= DECIDED_BY else None


def _may_be(opening: bytes, at: int, part: bytes) -> bool:
    there = opening[at : at + len(part)]
    return there == part[: len(there)]
