"""What a chat is told of an alert: what, since when, what to do first, where to read on, whom to call.

The form is the one that Slack, Mattermost and Rocket.Chat take. Nothing personal is in it.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from cognitive_assessment.config import Settings
from cognitive_assessment.ops.alerts.engine import Active
from cognitive_assessment.ops.alerts.rules import length
from cognitive_assessment.ops.straight_requests import straight

_PATIENCE_S = 5.0
_COLOURS = {"critical": "#b3261e", "security": "#b3261e", "warning": "#a86400", "info": "#0b4f5e"}
_OVER = "#2e7d32"


def firing(alert: Active, settings: Settings) -> dict[str, Any]:
    """An alert that holds."""
    lines = [
        alert.summary,
        f"Since {_moment(alert.since)}.",
        f"First: {alert.rule.action}",
        f"Runbook: {settings.runbook_url}#{alert.rule.runbook}",
        *whom_to_call(settings),
    ]
    return _message(f"FIRING {_title(alert)}", lines, _COLOURS.get(alert.rule.severity, _COLOURS["info"]), settings)


def over(alert: Active, at: float, settings: Settings) -> dict[str, Any]:
    """An alert that holds no more."""
    lines = [
        alert.summary,
        f"Since {_moment(alert.since)}. Over since {_moment(at)}, after {length(at - alert.since)}.",
    ]
    return _message(f"RESOLVED {_title(alert)}", lines, _OVER, settings)


def test(settings: Settings) -> dict[str, Any]:
    """A message that says that messages arrive."""
    lines = ["A test of the alerts, sent by hand. Nothing is wrong.", *whom_to_call(settings)]
    return _message("TEST", lines, _COLOURS["info"], settings)


def incident(title: str, severity: str, told: list[str], settings: Settings) -> dict[str, Any]:
    """An incident that was opened by hand, in the words that people are told."""
    lines = [*told, f"Runbook: {settings.runbook_url}", *whom_to_call(settings)]
    return _message(f"INCIDENT {severity}: {title}", lines, _COLOURS["critical"], settings)


def whom_to_call(settings: Settings) -> list[str]:
    """Lines that name who is on call and whom to reach in an emergency, as far as they are set."""
    lines = [f"On call: {settings.on_call}"] if settings.on_call else []
    return lines + [f"{role}: {how}" for role, how in settings.emergency_contacts]


def send(url: str, message: dict[str, Any]) -> str | None:
    """Send a message; returns what went wrong, without the address, which is a secret."""
    body = json.dumps(message).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  # a setting
    try:
        with straight.open(request, timeout=_PATIENCE_S):
            return None
    except urllib.error.HTTPError as error:
        return f"the webhook answered with {error.code}"
    except (OSError, http.client.HTTPException) as error:
        return f"the webhook does not answer ({type(error).__name__})"


def _title(alert: Active) -> str:
    return f"{alert.rule.severity}: {alert.rule.about}"


def _message(title: str, lines: list[str], colour: str, settings: Settings) -> dict[str, Any]:
    text = "\n".join([*lines, f"System: {settings.public_url}"])
    return {"text": title, "attachments": [{"title": title, "text": text, "color": colour, "fallback": text}]}


def _moment(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
