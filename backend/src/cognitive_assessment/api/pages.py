"""The built pages, served by the API: clean addresses, lasting cache for hashed files, a strict content policy."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from cognitive_assessment.api import site
from cognitive_assessment.config import settings
from cognitive_assessment.ops import error_reports

blueprint = Blueprint("pages", __name__)
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_SOUND = re.compile(r"stimuli/(?P<locale>[A-Za-z-]+)/(?P<slug>[a-z0-9_]+)/(?P<name>(words/)?[a-z0-9_]+\.(ogg|mp3))")
_NOT_BUILT = """<!doctype html><html lang="en"><title>Not built yet</title>
<h1>The pages are not built yet</h1><p>Run <code>make install</code>; the API is at work meanwhile:
<a href="/api/docs">/api/docs</a>.</p></html>"""
_NEVER_USED = ("camera", "geolocation", "display-capture", "payment", "usb", "bluetooth", "serial", "hid", "midi")
# set before the policy of a page: what every answer may do
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), " + ", ".join(f"{name}=()" for name in _NEVER_USED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@blueprint.get("/")
@blueprint.get("/<path:path>")
def page(path: str = "") -> ResponseReturnValue:
    """A page or a file of the built front end."""
    if path == "api" or path.startswith("api/"):
        raise NotFound()
    folder = settings().frontend_dir
    if not (folder / "index.html").exists():
        return _NOT_BUILT, 503, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    found = _find(folder, path) or _added_sound(path)
    if found is None:
        missing = folder / "404.html"
        return _send(missing, 404) if missing.exists() else ("Not found", 404)
    return _send(found, 200)


def _find(folder: Path, path: str) -> Path | None:
    if any(part.startswith(".") for part in path.split("/")):
        return None  # nothing hidden belongs to the pages, as a `.git` that somebody copied along
    for candidate in (path, f"{path.rstrip('/')}.html", f"{path.rstrip('/')}/index.html".lstrip("/")):
        joined = safe_join(str(folder), candidate) if candidate else None
        if joined is not None and Path(joined).is_file():
            return Path(joined)
    return None


def _added_sound(path: str) -> Path | None:
    """A sound of an instrument that was added: `stimuli/en/<slug>/<id>.ogg` is `<slug>/sounds/en/<id>.ogg` there."""
    added = settings().instruments_dir
    match = _SOUND.fullmatch(path)
    if added is None or match is None:
        return None
    file = added / match["slug"] / "sounds" / match["locale"] / match["name"]
    return file if file.is_file() else None


def _send(file: Path, status: int) -> Response:
    response = send_file(file, conditional=True)
    if status != 200:
        response.status_code = status
    if file.suffix == ".html":
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Content-Security-Policy"] = _policy(
            file, file.stat().st_mtime_ns, error_reports.origin(settings())
        )
    elif "_next/static" in file.as_posix():
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@functools.lru_cache(maxsize=64)
def _policy(file: Path, modified_ns: int, error_reports_to: str | None) -> str:
    """Scripts are our own files and the inline ones that the build wrote, by their hash; one place hears of errors."""
    del modified_ns  # part of the cache's key: a new build has new scripts
    hashes = sorted({_hash(script) for script in _INLINE_SCRIPT.findall(file.read_bytes())})
    scripts = " ".join(["'self'", *(f"'sha256-{h}'" for h in hashes)])
    connect = f"'self' {error_reports_to}" if error_reports_to else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src {connect}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def _hash(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


def set_headers(response: Response) -> Response:
    """What every answer carries; what is not public by its own word is kept by nobody on the way."""
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    if site.is_secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
