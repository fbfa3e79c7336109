"""Whoever we ask over the network shows a certificate that we look at: one that nobody vouches for is refused."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import urllib.error
from collections.abc import Callable

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cognitive_assessment.accounts import provider_keys
from cognitive_assessment.blobs.s3 import S3Objects
from cognitive_assessment.blobs.vercel_blob import VercelBlobObjects
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.ops import redis_server
from cognitive_assessment.ops.alerts import addresses, messages


def _self_signed(folder) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


class Impostor:
    """Answers on a port with a certificate of its own making, and remembers what it was told after the handshake."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context, self.heard, self.asked = context, b"", 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.asked += 1
            with contextlib.suppress(OSError), connection:
                connection.settimeout(5)
                if connection.recv(8, socket.MSG_PEEK)[4:8] == b"\x04\xd2\x16\x2f":  # PostgreSQL asks for TLS first
                    connection.recv(8)
                    connection.sendall(b"S")
                with self.context.wrap_socket(connection, server_side=True) as secure:
                    self.heard += secure.recv(4096)

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def impostor(tmp_path):
    one = Impostor(_self_signed(tmp_path))
    yield one
    one.stop()


def _bucket(url: str) -> object:
    made = S3Objects("b", endpoint=url, region="us-east-1", access_key_id="a", secret_key="b")
    return list(made.listed(""))


def _database(url: str) -> object:
    address = url.replace("https://", "postgresql://a:b@")
    return psycopg.connect(f"{address}/d?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt")


ASK: dict[str, tuple[Callable[[str], object], type[Exception] | tuple[type[Exception], ...]]] = {
    "issuer": (provider_keys._address_of_keys, urllib.error.URLError),
    "bucket": (_bucket, CognitiveAssessmentError),
    "Vercel Blob": (
        lambda url: list(VercelBlobObjects(token="vercel_blob_rw_a1_" + "s" * 24, api_url=url).listed("")),
        CognitiveAssessmentError,
    ),
    "database": (_database, psycopg.OperationalError),
}


@pytest.mark.parametrize("whom", ASK)
def test_nothing_is_said_to_who_shows_a_certificate_that_nobody_vouches_for(impostor, whom):
    ask, refused = ASK[whom]
    with pytest.raises(refused):
        ask(f"https://127.0.0.1:{impostor.port}")
    assert impostor.asked > 0
    assert impostor.heard == b""


def test_nor_to_a_webhook_or_a_redis(impostor):
    assert "does not answer" in messages.send(f"https://127.0.0.1:{impostor.port}/hook", {"text": "x"})
    assert redis_server.fault(f"rediss://:secret@127.0.0.1:{impostor.port}") is not None
    # the system looks at its own public address so, and tells the operator that it does not answer
    assert addresses._ask(f"https://127.0.0.1:{impostor.port}")["is_answering"] is False
    assert impostor.asked >= 3
    assert impostor.heard == b""


def test_a_database_that_speaks_no_tls_is_not_told_a_password(database):
    address = database.owner_url.replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
        psycopg.connect(f"{address}{'&' if '?' in address else '?'}sslmode=verify-full&sslrootcert=system")
