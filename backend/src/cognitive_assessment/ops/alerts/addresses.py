"""Whether the addresses that the operator has set answer: the watcher asks these, and nobody can name another one."""

from __future__ import annotations

import concurrent.futures
import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.alerts.keeping import read_whole, write_whole
from cognitive_assessment.ops.alerts.scraping import folder_of
from cognitive_assessment.ops.straight_requests import straight

EVERY_S = 60.0
_PATIENCE_S = 4.0
_pool = concurrent.futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="addresses")


def configured(settings: Settings) -> list[tuple[str, str]]:
    """The access points of this system, and the consoles that the operator has named."""
    ours = [("This system", settings.public_url)]
    if settings.sentry_dsn is not None:
        parts = urlsplit(settings.sentry_dsn)
        ours.append(("Error server", f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"))
    if settings.oidc_issuer is not None:
        ours.append(("Sign-in", f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"))
    return ours + list(settings.addresses)


def look(settings: Settings) -> concurrent.futures.Future[None]:
    """Ask them all, in the background, and write down which answer."""
    return _pool.submit(_look, settings)


def _look(settings: Settings) -> None:
    found = [{"name": name, "url": url, **_ask(url)} for name, url in configured(settings)]
    write_whole(folder_of(settings.data_dir) / "addresses.json", {"looked_at": time.time(), "addresses": found})


def _ask(url: str) -> dict[str, Any]:
    began = time.perf_counter()
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310  # settings take http and https alone
    status = None
    try:
        with straight.open(request, timeout=_PATIENCE_S) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, http.client.HTTPException, ValueError):
        pass
    # whoever refuses a stranger answers; whoever fails does not
    return {
        "is_answering": status is not None and status < 500,
        "status": status,
        "took_ms": round(1000 * (time.perf_counter() - began)),
    }


def shown(settings: Settings) -> list[dict[str, Any]]:
    """Every address with what was last found; one that was not asked yet says so by `None`."""
    kept = read_whole(folder_of(settings.data_dir) / "addresses.json")
    found = {one["url"]: one for one in kept.get("addresses", [])}
    unknown = {"is_answering": None, "status": None, "took_ms": None}
    return [
        {"name": name, "url": url, **(_facts(found[url]) if url in found else unknown)}
        for name, url in configured(settings)
    ]


def _facts(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("is_answering", "status", "took_ms")}


def forget(data_dir: Path) -> None:
    """What was found before this start is old."""
    (folder_of(data_dir) / "addresses.json").unlink(missing_ok=True)
