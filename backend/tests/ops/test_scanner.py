"""What a real clamd says of a file, and that nothing but its clear word counts as such."""

from __future__ import annotations

import datetime as dt
import io

import pytest

import scanners
from cognitive_assessment.errors import HarmfulFile, Unavailable
from cognitive_assessment.ops import health, scanner
from scanners import HARM, HARM_NAME, MAX_FILE_BYTES, MAX_STREAM_BYTES, answering, set_to

PIECE_BYTES = scanner._PIECE_BYTES


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    with scanners.running(tmp_path_factory.mktemp("clamd")) as running:
        yield running


@pytest.fixture(params=["unix", "tcp"])
def asked(request, clamd, data_dir, monkeypatch):
    """The settings name it, by its socket and by its port."""
    address = f"unix://{clamd.path}" if request.param == "unix" else f"tcp://127.0.0.1:{clamd.port}"
    with set_to(address, monkeypatch):
        yield


class Pieces(io.BytesIO):
    """A file that notices who wants too much of it at once."""

    def read(self, size=-1):
        assert 0 < size <= 1 << 20
        return super().read(size)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, 2 * PIECE_BYTES + 1])
def test_a_file_without_harm_passes_and_is_where_it_was(asked, size):
    file = Pieces(bytes(5) + b"x" * size)
    file.seek(5)
    scanner.require_harmless(file)
    assert file.tell() == 5


@pytest.mark.parametrize("at", [0, 1000, PIECE_BYTES - len(HARM) // 2])
def test_harm_is_found_wherever_it_stands_and_named(asked, at):
    with pytest.raises(HarmfulFile, match="kept sealed") as refused:
        scanner.require_harmless(Pieces(b"x" * at + HARM + b"x" * 1000))
    assert refused.value.found == HARM_NAME
    assert HARM_NAME in refused.value.message


def test_what_is_beyond_the_limit_of_the_stream_is_refused_and_not_read_to_its_end(asked):
    file = Pieces(bytes(10 * MAX_STREAM_BYTES))
    with pytest.raises(HarmfulFile, match="raise the scanner's limit") as refused:
        scanner.require_harmless(file)
    assert refused.value.found == scanner.TOO_LARGE
    assert file.tell() < 10 * MAX_STREAM_BYTES


def test_what_would_be_looked_at_in_part_only_is_refused(asked):
    with pytest.raises(HarmfulFile) as refused:
        scanner.require_harmless(Pieces(bytes(MAX_FILE_BYTES + 1)))
    assert refused.value.found == scanner.TOO_LARGE


def test_health_sees_whether_it_is_there(asked):
    assert health.check_scanner() == health.Check("healthy", "Connected")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: O",
        b"stream: OK",
        b"stream: OK\n",
        b"stream: OK FOUND OK\0",
        b"stream:  FOUND\0",
        b"stream: \xff\xfe FOUND\0",
        b"stream: two words FOUND\0",
        b"stream: " + b"x" * 10_000 + b" FOUND\0",
        b"stream: Can't allocate memory ERROR\0",
        b"INSTREAM: Can't read file ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"\0stream: OK\0",
        bytes(range(256)),
    ],
)
def test_an_answer_that_is_not_clear_is_none(answer, data_dir, tmp_path, monkeypatch):
    with (
        answering(tmp_path / "s", answer) as address,
        set_to(address, monkeypatch),
        pytest.raises(Unavailable, match="recordings wait") as away,
    ):
        scanner.require_harmless(Pieces(b"sound"))
    assert "CAS_SCANNER" in away.value.remedy


def test_a_good_word_before_all_was_seen_does_not_count(data_dir, tmp_path, monkeypatch):
    with (
        answering(tmp_path / "s", b"stream: OK\0", is_early=True) as address,
        set_to(address, monkeypatch),
        pytest.raises(Unavailable),
    ):
        scanner.require_harmless(Pieces(bytes(20_000_000)))


@pytest.mark.parametrize("address", ["unix:///no/such/clamd.ctl", "tcp://127.0.0.1:1"])
def test_one_that_is_away_is_told_of_and_passes_nothing(data_dir, monkeypatch, address):
    with set_to(address, monkeypatch):
        with pytest.raises(Unavailable, match="does not answer"):
            scanner.require_harmless(Pieces(b"sound"))
        found = health.check_scanner()
    assert (found.status, found.is_optional) == ("unhealthy", True)
    assert "recordings wait" in found.message


def told_by(version, path, monkeypatch):
    with answering(path, version.encode() + b"\0") as address, set_to(address, monkeypatch):
        return health.check_scanner().message


def test_old_signatures_and_a_server_of_another_kind_are_told_of(data_dir, tmp_path, monkeypatch):
    today = dt.datetime.now(dt.UTC).strftime("%a %b %d %H:%M:%S %Y")
    told = [
        told_by(version, tmp_path / str(number), monkeypatch)
        for number, version in enumerate(
            [f"ClamAV 1.4.6/27450/{today}", "ClamAV 1.4.6/27450/Wed Jan  7 09:31:02 2026", "redis"]
        )
    ]
    assert told[0] == "Connected"
    assert told[1].startswith("The scanner's signatures are ")
    assert "no clamd" in told[2]


def test_without_a_scanner_nobody_is_asked_and_nothing_is_read(data_dir):
    scanner.require_harmless(Pieces(HARM))
    assert health.check_scanner() == health.Check("healthy", "None is set")
