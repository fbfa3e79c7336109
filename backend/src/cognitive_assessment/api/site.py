"""What belongs to this site: the hosts that it answers to, the origins that may write, and its cookies' names."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from cognitive_assessment.config import LOOPBACK, settings
from cognitive_assessment.errors import CognitiveAssessmentError, InvalidInput

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# asked by machines that know the system by a name or number of their own, and about nobody
_FOR_MACHINES = frozenset({"health", "metrics"})


class WrongHost(CognitiveAssessmentError):
    """The request is for a name that is not ours: an address that was pointed here, perhaps to get round a browser."""

    code = "wrong_host"


class SentTwice(InvalidInput):
    """One name, two values."""

    code = "sent_twice"


class CrossSite(CognitiveAssessmentError):
    """A page of another site asks in the name of who is signed in here."""

    code = "cross_site"


def require_once() -> None:
    """Refuse a question in which a parameter stands twice: each reader would take another one of the two."""
    for name, values in request.args.lists() if request.path.startswith("/api/") else ():
        if len(values) > 1:
            raise SentTwice("A parameter of the address stands there twice.", field=name[:40], remedy="Send it once.")


def require_own() -> None:
    """Refuse what is asked under another name, and what a page of another site wants to change."""
    if request.blueprint not in _FOR_MACHINES:
        _require_host()
    if request.method not in SAFE_METHODS and request.headers.get("Origin") is not None:
        require_origin()


def _require_host() -> None:
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        name = ""
    if name.lower() not in _hosts():
        raise WrongHost(
            "This system does not answer to the name of that address.",
            remedy="Use its own address; CAS_PUBLIC_URL says which that is, CAS_ALLOWED_HOSTS names others.",
        )


def _hosts() -> frozenset[str]:
    own = {urlsplit(settings().public_url).hostname or "", settings().host.lower()}
    return LOOPBACK | own | frozenset(settings().allowed_hosts)


def require_origin() -> None:
    """A page of another site cannot write in the name of who is signed in here; raises `CrossSite`."""
    origin = request.headers.get("Origin")
    public = urlsplit(settings().public_url)
    allowed = {f"{request.scheme}://{request.host}", f"{public.scheme}://{public.netloc}"}
    allowed |= {f"https://{host}" for host in settings().allowed_hosts}
    if origin is None or origin.rstrip("/") not in allowed:
        raise CrossSite("The request comes from another site.", remedy="Use this system from its own address.")


def is_secure() -> bool:
    """Whether people reach this site by https."""
    return request.is_secure or settings().public_url.startswith("https://")


def cookie_name(name: str) -> str:
    """The cookie's name, which binds it to this host by https: no neighbour and no plain connection can set it."""
    return f"__Host-{name}" if is_secure() else name


def is_asked_by_a_page() -> bool:
    """Whether a script of a page asks: browsers add these headers, and let no script take them away."""
    return "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
