"""Whole objects in a store of Vercel Blob, by the HTTP protocol that the vendor's own client speaks."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from cognitive_assessment.blobs.parts import in_parts
from cognitive_assessment.errors import NotFound, Unavailable

# the version of the protocol, as `@vercel/blob` 2.8.0 sends it
API_VERSION = "12"
_TIMEOUT_S = (5, 30)
_LISTED_AT_ONCE = 1000
_DELETED_AT_ONCE = 100
_CONTENT_HOST = ".blob.vercel-storage.com"
# nobody but this system reads an object, and its name is never used twice: nothing is gained by keeping it near
_PUT_HEADERS = {
    "x-vercel-blob-access": "private",
    "x-add-random-suffix": "0",
    "x-allow-overwrite": "1",
    "x-content-type": "application/octet-stream",
    "x-cache-control-max-age": "60",
}
_REMEDIES = {
    "forbidden": "BLOB_READ_WRITE_TOKEN must be the token of this store, and the store must be private.",
    "store_not_found": "BLOB_READ_WRITE_TOKEN must be the token of a store that is there.",
    "store_suspended": "The vendor has suspended the store: its dashboard says why.",
}


class VercelBlobObjects:
    """Private objects in one store; a large one is uploaded in parts and appears when it is complete."""

    def __init__(self, *, token: str, api_url: str) -> None:
        self.api_url = api_url
        self._token = token
        self._base: str | None = None
        self._http = requests.Session()
        # every request may be repeated: a name is written by one append alone
        tries = Retry(
            3,
            connect=2,
            backoff_factor=0.3,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, HTTPAdapter(pool_maxsize=16, max_retries=tries))

    def listed(self, prefix: str) -> Iterable[tuple[str, int]]:
        """Name and length of every object whose name begins so."""
        found: list[tuple[str, int]] = []
        cursor: str | None = None
        while True:
            page = self._ask("GET", "", {"prefix": prefix, "limit": str(_LISTED_AT_ONCE), "cursor": cursor})
            found += [(blob["pathname"], blob["size"]) for blob in page["blobs"]]
            cursor = page.get("cursor")
            if not page["hasMore"] or not cursor:
                return found

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep an object: in one request if it is small, else in parts."""
        parts = in_parts(pieces)
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            self._ask("PUT", "/", {"pathname": name}, headers=_PUT_HEADERS, data=first)
        else:
            self._put_in_parts(name, itertools.chain([first, second], parts))

    def _put_in_parts(self, name: str, parts: Iterable[bytes]) -> None:
        """Parts of an upload that is never completed are no object; this protocol has no word to give it up."""
        place = {"pathname": name}
        made = self._ask("POST", "/mpu", place, headers={**_PUT_HEADERS, "x-mpu-action": "create"})
        upload = {
            **_PUT_HEADERS,
            "x-mpu-key": quote(made["key"], safe="!'()*"),
            "x-mpu-upload-id": made["uploadId"],
        }
        done = []
        for number, part in enumerate(parts, 1):
            headers = {**upload, "x-mpu-action": "upload", "x-mpu-part-number": str(number)}
            answer = self._ask("POST", "/mpu", place, headers=headers, data=part)
            done.append({"etag": answer["etag"], "partNumber": number})
        self._ask("POST", "/mpu", place, headers={**upload, "x-mpu-action": "complete"}, json=done)

    def get(self, name: str) -> Iterator[bytes]:
        """The content of an object, from the store itself and not from a copy near by."""
        headers = {"authorization": f"Bearer {self._token}", "accept-encoding": "identity"}
        with _plain_errors():
            answer = self._http.get(
                self._address(name),
                params={"cache": "0"},
                headers=headers,
                stream=True,
                timeout=_TIMEOUT_S,
                allow_redirects=False,
            )
            with contextlib.closing(answer):
                _require_well(answer)
                yield from answer.iter_content(1 << 20)

    def delete(self, names: list[str]) -> None:
        """Remove objects."""
        for start in range(0, len(names), _DELETED_AT_ONCE):
            self._ask("POST", "/delete", {}, json={"urls": names[start : start + _DELETED_AT_ONCE]})

    def _address(self, name: str) -> str:
        """Where an object is read; the store itself says where its objects are, once."""
        if self._base is None:
            url = str(self._ask("GET", "", {"url": name})["url"])
            _require_own(url, self.api_url)
            self._base = url.split("?", maxsplit=1)[0].removesuffix(quote(name))
        return self._base + quote(name)

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | None],
        *,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Any:
        ours = {
            "authorization": f"Bearer {self._token}",
            "x-api-version": API_VERSION,
            "x-vercel-blob-store-id": store_id(self._token),
        }
        with _plain_errors():
            answer = self._http.request(
                method,
                self.api_url + path,
                params=query,
                headers={**ours, **(headers or {})},
                timeout=_TIMEOUT_S,
                allow_redirects=False,
                **body,
            )
            _require_well(answer)
            return answer.json()


def store_id(token: str) -> str:
    """The store that a token is for: tokens are written `vercel_blob_rw_<store>_<secret>`."""
    return token.split("_")[3]


def _require_own(url: str, api_url: str) -> None:
    """Raise `Unavailable` if an address is not of the vendor's stores: the token is sent to nobody else."""
    there, ours = urlsplit(url), urlsplit(api_url)
    is_vendors = there.scheme == "https" and (there.hostname or "").endswith(_CONTENT_HOST)
    if not is_vendors and (there.scheme, there.netloc) != (ours.scheme, ours.netloc):
        raise Unavailable(
            f"The store of the recordings says that they are at {there.netloc}, which is not its own.",
            remedy="VERCEL_BLOB_API_URL must be the vendor's address.",
        )


def _require_well(answer: requests.Response) -> None:
    if answer.status_code == 200:
        return
    fault: dict[str, str] = {}
    with contextlib.suppress(ValueError, AttributeError):
        fault = answer.json().get("error") or {}
    code = fault.get("code", str(answer.status_code))
    if code in {"not_found", "404"}:
        raise NotFound("The recording is not in this store.")
    words = f": {fault['message']}" if fault.get("message") else ""
    raise Unavailable(
        f"The store of the recordings answered {code}{words}.".replace("..", "."),
        remedy=_REMEDIES.get(code, "Nothing was lost; try again later."),
    )


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except requests.RequestException as error:
        raise Unavailable(
            "The store of the recordings cannot be reached.", remedy="Nothing was lost; try again later."
        ) from error
