"""Requests that go where a setting says and nowhere else: where an answer leads is not asked."""

from __future__ import annotations

import urllib.request


class _NoDetour(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


straight = urllib.request.build_opener(_NoDetour)
