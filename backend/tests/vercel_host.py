"""What Vercel does with built pages and `vercel.json`: clean addresses, headers, and rewrites to an API."""

from __future__ import annotations

import json
import mimetypes
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import requests

_OF_THIS_HOP = {"connection", "host", "transfer-encoding", "content-length", "keep-alive", "server", "date"}


@dataclass
class VercelHost:
    """Serves a folder as its `vercel.json` says; requests for the host `api_host` go to `api_url`."""

    config_path: Path
    pages: Path
    api_host: str
    api_url: str
    config: dict = field(init=False)  # type: ignore[type-arg]

    def __post_init__(self) -> None:
        self.config = json.loads(self.config_path.read_text())
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"host": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> VercelHost:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def file_of(self, path: str) -> Path | None:
        """The file that answers a path; files come before rewrites."""
        names = [path.strip("/") or "index.html"]
        if self.config["cleanUrls"]:
            names.append(f"{names[0]}.html")
        return next((self.pages / name for name in names if (self.pages / name).is_file()), None)

    def rewritten(self, path: str) -> str | None:
        """Where a path goes, if a rule says so."""
        for rule in self.config["rewrites"]:
            if found := _pattern(rule["source"]).fullmatch(path):
                where: str = rule["destination"]
                for name, value in found.groupdict().items():
                    where = where.replace(f":{name}*", value or "")
                assert urlsplit(where).hostname == self.api_host, where
                return self.api_url + urlsplit(where).path
        return None

    def headers_of(self, path: str) -> dict[str, str]:
        """What the rules add to an answer of their own."""
        return {
            one["key"]: one["value"]
            for rule in self.config["headers"]
            if _pattern(rule["source"]).fullmatch(path)
            for one in rule["headers"]
        }


def _pattern(source: str) -> re.Pattern[str]:
    """`/api/:path*` and `/(.*)`, as the rules write them."""
    return re.compile(re.sub(r"/:(\w+)\*", r"(?:/(?P<\1>.*))?", source))


class _Handler(BaseHTTPRequestHandler):
    host: VercelHost
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        file = self.host.file_of(path)
        if file is not None:
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._send(200, {"content-type": kind, **self.host.headers_of(path)}, file.read_bytes())
        elif (where := self.host.rewritten(path)) is not None:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THIS_HOP}
            headers |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
            address = f"{where}?{query}" if query else where
            got = requests.request(self.command, address, headers=headers, data=body, timeout=30, allow_redirects=False)
            kept = {name: value for name, value in got.headers.items() if name.lower() not in _OF_THIS_HOP}
            self._send(got.status_code, kept, got.content)
        else:
            missing = self.host.file_of("/404.html")
            content = missing.read_bytes() if missing else b"Not found"
            self._send(404, {"content-type": "text/html", **self.host.headers_of(path)}, content)

    do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = _answer  # noqa: N815  # named by the base class

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *_: object) -> None:  # named by the base class
        """Nobody reads it."""
