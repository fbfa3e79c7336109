"""A running system behind what stands in front of it: a web server with a certificate, and Vercel."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from cognitive_assessment.config import REPOSITORY_ROOT
from systems import free_port, wait_until
from vercel_host import VercelHost

pytestmark = pytest.mark.slow
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
CONF = REPOSITORY_ROOT / "deploy" / "nginx" / "cas.conf"
FRONTEND = REPOSITORY_ROOT / "frontend"


def _certify(folder: Path, certificate_name: str, key_name: str) -> None:
    certificate = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
    ]
    names = ["-subj", "/CN=assessment.example.org", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / key_name), "-out", str(folder / certificate_name)]
    subprocess.run([*certificate, *names, *files], check=True, capture_output=True)


@contextlib.contextmanager
def _serving(folder: Path, text: str, certificate_name: str, secure: int) -> Iterator[requests.Session]:
    """Nginx with this whole configuration, and one who asks it and trusts its certificate."""
    if NGINX is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    (folder / "nginx.conf").write_text(text)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr, tested.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            with requests.Session() as ask:
                ask.trust_env, ask.verify = False, str(folder / certificate_name)
                wait_until(lambda: _answers(ask, f"https://127.0.0.1:{secure}/api/health/live"))
                yield ask
        finally:
            running.terminate()


def _replaced(text: str, changes: dict[str, str]) -> str:
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@pytest.fixture
def nginx(system, tmp_path):
    """Nginx with our example, on ports of its own and with a certificate of its own."""
    plain, secure = free_port(), free_port()
    _certify(tmp_path, "fullchain.pem", "privkey.pem")
    changes = {
        "127.0.0.1:8000": urlsplit(system.url).netloc,
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "/etc/letsencrypt/live/assessment.example.org": str(tmp_path),
    }
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log warn; events {{}}"
    text = f"{main} http {{ access_log off; {folders} {_replaced(CONF.read_text(), changes)} }}"
    with _serving(tmp_path, text, "fullchain.pem", secure) as ask:
        yield ask, f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}"


def _answers(ask: requests.Session, url: str) -> bool:
    try:
        return ask.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def require_whole_bodies_but_of_uploads(ask: requests.Session, secure: str) -> None:
    """What is too large ends in front of the system, but of an upload, which it answers before the end is here."""
    too_large = {"Content-Length": str(4 << 20 | 1)}
    for path, status in (("/api/sessions/x", 413), ("/api/sign-in", 413), ("/api/uploads", 412)):
        head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **too_large}.items())
        found = statuses(secure, f"POST {path} HTTP/1.1\r\n{head}\r\n" + "x" * 1000, verify=ask.verify)
        assert found == [status], path


def test_a_web_server_with_a_certificate_leads_to_the_system(nginx, tmp_path):
    ask, plain, secure = nginx
    moved = ask.get(f"{plain}/sign-in?next=1", timeout=5, allow_redirects=False)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://127.0.0.1/sign-in?next=1")
    assert ask.post(f"{plain}/api/sign-in", json={}, timeout=5, allow_redirects=False).status_code == 403
    assert ask.get(f"{secure}/api/health", timeout=10).json()["checks"]["database"]["status"] == "healthy"
    assert ask.get(f"{secure}/metrics", timeout=5).status_code == 404
    large = ask.put(f"{secure}/api/sessions/x", data=b"x" * (3 << 20), timeout=20)
    assert large.status_code != 413
    require_whole_bodies_but_of_uploads(ask, secure)
    assert "temporary file" not in (tmp_path / "error.log").read_text()  # nothing about people on its disk


@pytest.mark.parametrize(
    ("offered", "ciphers", "taken"),
    [
        ((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1), "ALL:@SECLEVEL=0", None),
        ((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), "AES256-GCM-SHA384:AES128-SHA", None),  # no forward secrecy
        ((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), "ECDHE+AES:!AESGCM", None),  # CBC
        ((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), "ALL:@SECLEVEL=0", "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384"),
        ((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3), "ALL:@SECLEVEL=0", "TLSv1.3"),
    ],
    ids=["1.0 and 1.1", "without forward secrecy", "CBC", "1.2", "everything"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_that_web_server_speaks_no_old_tls_and_no_weak_cipher_and_prefers_the_best(nginx, offered, ciphers, taken):
    ask, _, secure = nginx
    context = ssl.create_default_context(cafile=ask.verify)
    context.minimum_version, context.maximum_version = offered
    context.set_ciphers(ciphers)
    place = urlsplit(secure)
    with socket.create_connection((place.hostname, place.port), timeout=5) as plain:
        if taken is None:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain, server_hostname=place.hostname)
            return
        with context.wrap_socket(plain, server_hostname=place.hostname) as connection:
            assert f"{connection.version()} {connection.cipher()[0]}".startswith(taken)


SMUGGLED = "GET /api/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = f"0\r\n\r\n{SMUGGLED}"
CONTRADICTIONS = {
    "a length and chunks": (f"Content-Length: {len(CHUNKED)}\r\nTransfer-Encoding: chunked", CHUNKED),
    "two lengths": (f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}", SMUGGLED),
    "a list of lengths": (f"Content-Length: 0, {len(SMUGGLED)}", SMUGGLED),
    "a signed length": (f"Content-Length: +{len(SMUGGLED)}", SMUGGLED),
    "chunks by another name": ("Transfer-Encoding: xchunked", CHUNKED),
    "chunks twice": ("Transfer-Encoding: chunked, chunked", CHUNKED),
    "a space before the colon": ("Transfer-Encoding : chunked", CHUNKED),
    "a chunk that is none": ("Transfer-Encoding: chunked", f"zz\r\n{SMUGGLED}"),
}


def statuses(address, words, *, verify=None):
    """The status of every answer that a connection gives to these bytes, until it is closed."""
    place, head_and_body = urlsplit(address), words
    with socket.create_connection((place.hostname, place.port), timeout=5) as connection:
        if verify is not None:
            context = ssl.create_default_context(cafile=verify)
            connection = context.wrap_socket(connection, server_hostname=place.hostname)  # noqa: PLW2901
        with connection:
            connection.settimeout(5)
            connection.sendall(head_and_body.encode())
            said = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                while piece := connection.recv(65536):
                    said += piece
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3})", said)]


def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_after_it_is_answered(nginx, system):
    ask, _, secure = nginx
    for address, verify in ((system.url, None), (secure, ask.verify)):
        assert statuses(address, SMUGGLED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), verify=verify) == [200]
        for name, (headers, body) in CONTRADICTIONS.items():
            words = f"POST /api/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n\r\n{body}"
            found = statuses(address, words, verify=verify)
            assert len(found) <= 1, (address, name, found)
            assert set(found) <= {400, 501}, (address, name, found)


def test_in_a_pod_too_requests_come_in_by_tls_and_reach_the_system_as_they_were(system, tmp_path):
    secure = free_port()
    _certify(tmp_path, "tls.crt", "tls.key")
    changes = {
        "127.0.0.1:8000": urlsplit(system.url).netloc,
        "listen 8443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "/tmp/": f"{tmp_path}/",  # what the file says
        "/etc/tls/": f"{tmp_path}/",
    }
    text = _replaced((REPOSITORY_ROOT / "deploy" / "kubernetes" / "tls.conf").read_text(), changes)
    with _serving(tmp_path, text, "tls.crt", secure) as ask:
        url = f"https://127.0.0.1:{secure}"
        assert ask.get(f"{url}/api/health", timeout=10).json()["checks"]["database"]["status"] == "healthy"
        assert ask.put(f"{url}/api/sessions/x", data=b"x" * (3 << 20), timeout=20).status_code != 413
        require_whole_bodies_but_of_uploads(ask, url)
        with pytest.raises(requests.RequestException):
            ask.get(f"http://127.0.0.1:{secure}/api/health/live", timeout=5).raise_for_status()


def test_vercel_serves_the_pages_and_leads_to_the_system(system):
    destination = urlsplit("https://your-backend.up.railway.app")
    if not (FRONTEND / "out" / "index.html").exists():
        pytest.skip("the pages are not built: make install")
    with VercelHost(FRONTEND / "vercel.json", FRONTEND / "out", destination.hostname or "", system.url) as host:
        health = requests.get(f"{host.url}/api/health", timeout=10)
        assert health.json()["checks"]["database"]["status"] == "healthy"
        body = {"email": "nobody@example.org", "password": "wrong wrong wrong"}
        refused = requests.post(f"{host.url}/api/sign-in", json=body, timeout=10)
        assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
        page = requests.get(f"{host.url}/sign-in", timeout=10)
        assert (page.status_code, page.headers["X-Frame-Options"]) == (200, "DENY")
        script = next((FRONTEND / "out" / "_next" / "static").rglob("*.js")).relative_to(FRONTEND / "out")
        assert "immutable" in requests.get(f"{host.url}/{script}", timeout=10).headers["Cache-Control"]
        assert requests.get(f"{host.url}/not-there", timeout=10).status_code == 404
