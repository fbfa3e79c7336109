"""A stand-in for the service of Vercel Blob, which speaks its protocol so far that the vendor's own package takes it.

It checks what the service checks: token, version, store, access, sizes and order of parts, and what may be overwritten.
An object is read under its store's own host name, or, from an address without such a name, below the store's id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

API = "/api/blob"
VERSION = "12"
LEAST_PART_BYTES = 5 << 20


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = (status, {"error": {"code": code, "message": message}})


@dataclass
class Upload:
    """A multipart upload that is not complete."""

    pathname: str
    headers: dict[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass
class VercelBlobService:
    """One private store, served on a port of its own."""

    store_id: str = field(default_factory=lambda: secrets.token_hex(8))
    access: str = "private"
    objects: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    # statuses with which the next requests fail, whatever they ask
    failing: list[int] = field(default_factory=list)
    # what is said in place of the address at which objects are read
    said_base: str | None = None

    def __post_init__(self) -> None:
        self.token = f"vercel_blob_rw_{self.store_id}_{secrets.token_hex(16)}"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"service": self}))
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api_url = self.origin + API
        self.guard = threading.Lock()

    def __enter__(self) -> VercelBlobService:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        return {"BLOB_READ_WRITE_TOKEN": self.token, "VERCEL_BLOB_API_URL": self.api_url}

    def described(self, pathname: str) -> dict[str, Any]:
        content, content_type, uploaded_at = self.objects[pathname]
        url = f"{self.said_base or f'{self.origin}/{self.store_id}'}/{quote(pathname)}"
        return {
            "url": url,
            "downloadUrl": f"{url}?download=1",
            "pathname": pathname,
            "size": len(content),
            "contentType": content_type,
            "contentDisposition": f'attachment; filename="{pathname.rsplit("/", 1)[-1]}"',
            "cacheControl": "private, max-age=60",
            "uploadedAt": uploaded_at,
            "etag": _etag(content),
        }

    def keep(self, pathname: str, headers: dict[str, str], content: bytes) -> dict[str, Any]:
        if headers.get("x-vercel-blob-access") != self.access:
            raise Refused(400, "bad_request", f"Cannot use {headers.get('x-vercel-blob-access')} access here")
        if not pathname or "//" in pathname or len(pathname) > 950:
            raise Refused(400, "bad_request", "Invalid pathname")
        if headers.get("x-add-random-suffix") == "1":
            pathname = re.sub(r"(\.[^./]*)?$", rf"-{secrets.token_hex(15)}\1", pathname, count=1)
        if pathname in self.objects and headers.get("x-allow-overwrite") != "1":
            raise Refused(400, "bad_request", "This blob already exists, use `allowOverwrite: true`")
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.objects[pathname] = (content, headers.get("x-content-type", "application/octet-stream"), now)
        return {name: value for name, value in self.described(pathname).items() if name not in {"size", "uploadedAt"}}

    def listed(self, query: dict[str, str]) -> dict[str, Any]:
        names = sorted(name for name in self.objects if name.startswith(query.get("prefix", "")))
        names = [name for name in names if name > unquote(query.get("cursor", ""))]
        page, rest = names[: int(query.get("limit", "1000"))], names[int(query.get("limit", "1000")) :]
        wanted = ("url", "downloadUrl", "pathname", "size", "uploadedAt", "etag")
        blobs = [{name: self.described(one)[name] for name in wanted} for one in page]
        return {"blobs": blobs, "hasMore": bool(rest), **({"cursor": quote(page[-1])} if rest else {})}

    def pathname_of(self, url: str) -> str:
        """Objects are named by their address or by their path."""
        if not url.startswith(("http://", "https://")):
            return url
        path = unquote(urlsplit(url).path).lstrip("/")
        return path.removeprefix(f"{self.store_id}/")

    def multipart(self, pathname: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        action = headers.get("x-mpu-action")
        if action == "create":
            upload_id = secrets.token_hex(20)
            self.uploads[upload_id] = Upload(pathname, headers)
            return {"uploadId": upload_id, "key": f"{self.store_id}/{pathname}"}
        upload = self.uploads.get(headers.get("x-mpu-upload-id", ""))
        if upload is None or unquote(headers.get("x-mpu-key", "")) != f"{self.store_id}/{pathname}":
            raise Refused(404, "not_found", "No such upload")
        if action == "upload":
            number = int(headers["x-mpu-part-number"])
            if not 1 <= number <= 10_000:
                raise Refused(400, "bad_request", "Part numbers lie between 1 and 10000")
            upload.parts[number] = body
            return {"etag": _etag(body)}
        if action != "complete":
            raise Refused(400, "bad_request", f"No such action: {action}")
        made = self.keep(pathname, upload.headers, _joined(upload.parts, json.loads(body)))
        del self.uploads[headers["x-mpu-upload-id"]]
        return made


def _joined(parts: dict[int, bytes], named: list[dict[str, Any]]) -> bytes:
    order = sorted(named, key=lambda part: part["partNumber"])
    if not order or any(_etag(parts.get(part["partNumber"], b"")) != part["etag"] for part in order):
        raise Refused(400, "bad_request", "A part that is named was not uploaded")
    content = [parts[part["partNumber"]] for part in order]
    if any(len(part) < LEAST_PART_BYTES for part in content[:-1]):
        raise Refused(400, "bad_request", "Every part but the last has at least 5 MiB")
    return b"".join(content)


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


class _Handler(BaseHTTPRequestHandler):
    service: VercelBlobService
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.service.guard:
            self.service.asked.append((self.command, self.path))
            try:
                if self.service.failing:
                    raise Refused(self.service.failing.pop(0), "service_unavailable", "Try again")
                if not parts.path.startswith(API):
                    self._send_object(unquote(parts.path), headers)
                    return
                self._require_token(headers)
                status, said = 200, self._route(parts.path.removeprefix(API), query, headers, body)
            except Refused as refused:
                status, said = refused.answer
        self._send(status, "application/json", json.dumps(said).encode())

    do_GET = do_PUT = do_POST = _answer  # noqa: N815  # named by the base class

    def _require_token(self, headers: dict[str, str]) -> None:
        if headers.get("authorization") != f"Bearer {self.service.token}":
            raise Refused(403, "forbidden", "Access denied")
        if headers.get("x-api-version") != VERSION:
            raise Refused(400, "bad_request", f"This is version {VERSION} of the API")
        if headers.get("x-vercel-blob-store-id") != self.service.store_id:
            raise Refused(404, "store_not_found", "This store does not exist")

    def _route(self, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        service = self.service
        routes: dict[tuple[str, str], Callable[[], Any]] = {
            ("PUT", "/"): lambda: service.keep(query["pathname"], headers, body),
            ("POST", "/mpu"): lambda: service.multipart(query["pathname"], headers, body),
            ("POST", "/delete"): lambda: self._delete(json.loads(body)["urls"]),
            ("GET", ""): lambda: self._head(query["url"]) if "url" in query else service.listed(query),
        }
        if (self.command, path) not in routes:
            raise Refused(404, "not_found", "No such route")
        return routes[self.command, path]()

    def _head(self, url: str) -> dict[str, Any]:
        if (pathname := self.service.pathname_of(url)) not in self.service.objects:
            raise Refused(404, "not_found", "The requested blob does not exist")
        return self.service.described(pathname)

    def _delete(self, urls: list[str]) -> None:
        for url in urls:
            self.service.objects.pop(self.service.pathname_of(url), None)

    def _send_object(self, path: str, headers: dict[str, str]) -> None:
        own_host = f"{self.service.store_id}.{self.service.access}.blob.vercel-storage.com"
        is_own_host = headers.get("host") == own_host
        pathname = path.removeprefix("/" if is_own_host else f"/{self.service.store_id}/")
        if self.service.access == "private" and headers.get("authorization") != f"Bearer {self.service.token}":
            self._send(403, "text/plain", b"Forbidden")
        elif pathname in self.service.objects:
            content, content_type, _ = self.service.objects[pathname]
            self._send(200, content_type, content, {"etag": _etag(content)})
        else:
            self._send(404, "text/plain", b"Blob not found")

    def _send(self, status: int, content_type: str, content: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-type": content_type, "content-length": str(len(content)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, format: str, *_: object) -> None:  # named by the base class
        """The tests read `asked` instead."""
