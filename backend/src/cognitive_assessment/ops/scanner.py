"""Files from outside are looked at for known harm before anything opens them: by a clamd, over its own protocol.

A file goes there as it is decrypted, piece by piece, and is never whole in memory or on a disk of ours. Whatever is no
clear answer counts as none: the scanner is then away, and who asked waits.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import socket
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

from cognitive_assessment.config import settings
from cognitive_assessment.errors import HarmfulFile, Unavailable

TOO_LARGE = "larger than the scanner takes"
_PIECE_BYTES = 1 << 18
_ANSWER_BYTES = 4096
_CONNECT_S = 2.0
_SCAN_S = 150.0  # clamd itself ends a scan after two minutes
_OLD_DAYS = 7


def require_harmless(file: BinaryIO) -> None:
    """Have a file looked at from where it stands, which it stands at again afterwards; without a scanner, nothing.

    Raises `HarmfulFile`, and `Unavailable` unless the scanner has looked at all of it and says so.
    """
    address, began_at = settings().scanner, file.tell()
    if address is None:
        return
    with _connected(address, _SCAN_S) as clamd:
        is_sent = _send(clamd, _streamed(file))
        found = _verdict(_answer(clamd), is_sent=is_sent)
    if found is not None:
        raise HarmfulFile(reason(found), found=found)
    file.seek(began_at)


def fault() -> str | None:
    """Why the scanner that is set cannot be relied on, in words; nothing if it can, or none is set."""
    address = settings().scanner
    if address is None:
        return None
    try:
        with _connected(address, _CONNECT_S) as clamd:
            _send(clamd, [b"zVERSION\0"])
            version = _answer(clamd)
    except Unavailable as error:
        return error.message
    if not version.startswith("ClamAV "):
        return "What answers at CAS_SCANNER is no clamd; recordings wait"
    made_at = _signatures_of(version)
    age_days = 0 if made_at is None else (dt.datetime.now(dt.UTC) - made_at).days
    return f"The scanner's signatures are {age_days} days old" if age_days > _OLD_DAYS else None


def reason(found: str) -> str:
    """What a finding means for the recording, and what to do, for whoever wanted to hear it."""
    if found == TOO_LARGE:
        return (
            "The recording is larger than the scanner takes, so it was not opened; it is kept sealed. Whoever runs the"
            " system can raise the scanner's limit and have it looked at again."
        )
    return (
        f"The scanner found something harmful in the recording ({found}). It is kept sealed: nothing reads, plays or"
        " exports it. Tell whoever runs the system, ask the person from which device it came, and put the question to"
        " them again or score it by hand."
    )


def kind(found: str) -> str:
    """Of a finding, `too_large` or `harm`, as it is counted."""
    return "too_large" if found == TOO_LARGE else "harm"


def _connected(address: str, patience_s: float) -> socket.socket:
    parts = urlsplit(address)
    try:
        if parts.scheme == "tcp":
            clamd = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_CONNECT_S)
        else:
            clamd = _connected_here(parts.path)
    except OSError as error:
        raise _unavailable(type(error).__name__) from error
    clamd.settimeout(patience_s)
    return clamd


def _connected_here(path: str) -> socket.socket:
    clamd = socket.socket(socket.AF_UNIX)
    try:
        clamd.settimeout(_CONNECT_S)
        clamd.connect(path)
    except OSError:
        clamd.close()
        raise
    return clamd


def _send(clamd: socket.socket, parts: Iterable[bytes]) -> bool:
    """Send all parts; says whether they were taken: beyond its limit, clamd answers and hangs up."""
    for part in parts:
        try:
            clamd.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            return False
        except OSError as error:
            raise _unavailable(type(error).__name__) from error
    return True


def _streamed(file: BinaryIO) -> Iterator[bytes]:
    """A file as clamd wants it: each piece after its length, and a length of nothing at the end."""
    yield b"zINSTREAM\0"
    while piece := file.read(_PIECE_BYTES):
        yield len(piece).to_bytes(4) + piece
    yield (0).to_bytes(4)


def _answer(clamd: socket.socket) -> str:
    """One answer, without the zero byte that ends it; raises `Unavailable` if that does not come."""
    got = b""
    try:
        while b"\0" not in got and len(got) < _ANSWER_BYTES and (piece := clamd.recv(_ANSWER_BYTES)):
            got += piece
    except OSError as error:
        raise _unavailable(type(error).__name__) from error
    answer, end, _ = got.partition(b"\0")
    if not end:
        raise _unavailable("it broke off")
    return answer.decode("ascii", "replace")


def _verdict(answer: str, *, is_sent: bool) -> str | None:
    if answer == "INSTREAM size limit exceeded. ERROR":
        return TOO_LARGE
    if found := re.fullmatch(r"stream: ([!-~]{1,200}) FOUND", answer):
        # with AlertExceedsMax, what it has looked at in part only
        return TOO_LARGE if found[1].startswith("Heuristics.Limits.Exceeded") else found[1]
    if answer == "stream: OK" and is_sent:
        return None
    raise _unavailable("its answer is none that we know")


def _signatures_of(version: str) -> dt.datetime | None:
    """When its signatures were made, as in `ClamAV 1.4.6/27450/Wed Nov 25 09:31:02 2026`; nothing if all are own."""
    with contextlib.suppress(ValueError):
        return dt.datetime.strptime(version.rpartition("/")[2], "%a %b %d %H:%M:%S %Y").replace(tzinfo=dt.UTC)
    return None


def _unavailable(why: str) -> Unavailable:
    return Unavailable(
        f"The scanner does not answer ({why}); recordings wait",
        remedy="CAS_SCANNER names it: start clamd again. Nothing is read, played or lost meanwhile.",
    )
