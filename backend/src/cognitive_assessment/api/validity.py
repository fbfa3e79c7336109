"""What could have disturbed a session, in plain words: what browser and worker reported, and the person said."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cognitive_assessment.instruments import notices
from cognitive_assessment.store.rows import Row

_EVENTS = {
    "focus_lost": ("The page was left", "warning"),
    "paused": ("The session was paused", "notice"),
    "reloaded": ("The page was loaded again", "notice"),
    "offline": ("The network was lost", "notice"),
    "microphone_lost": ("The microphone went away", "warning"),
    "device_changed": ("Another device was used", "warning"),
    "second_tab": ("A second tab was open", "warning"),
    "break_started": ("A break was taken", "notice"),
}
_PUT_AGAIN = {
    "repeated": "An examiner repeated questions",
    "begun_again": "Questions were left after they had begun, and put again",
}
_PROBLEMS = {
    "silent": "Silent recordings",
    "no_speech": "Recordings without a voice",
    "too_short": "Recordings that are too short",
    "clipped": "Clipped recordings",
    "noisy": "Noisy recordings",
    "too_quiet": "Very quiet recordings",
}
_PROCESSING = {
    "autoGainControl": "automatic gain",
    "noiseSuppression": "noise suppression",
    "echoCancellation": "echo cancellation",
}
_CLOCK_LIMIT_S = 120
_AHEAD_LIMIT_S = 10  # an answer takes time to arrive, so that only a clock that was wrong is ahead of the server's
_DELAY_TOLERANCE_S = 2.0  # two clocks that were set to the server's agree about so well


def facts(session: Row, events: list[Row], recordings: list[Row], asked: list[Row]) -> list[dict[str, Any]]:
    """All facts of one session: who was there, the times, the page, the sound, what the person said of themselves."""
    return [
        *_attended(session),
        *_put_again(events),
        *_clock(session),
        *_ahead(asked),
        *_delays(session, asked),
        *_events(events),
        *_sound(recordings),
        *_said(session, asked),
    ]


def _fact(code: str, title: str, detail: str, severity: str) -> dict[str, Any]:
    return {"code": code, "title": title, "detail": detail, "severity": severity}


def _attended(session: Row) -> list[dict[str, Any]]:
    """That staff sat beside the person."""
    if session["attended_by"] is None:
        return []
    return [_fact("attended", "Staff sat beside the person", "begun here by an examiner", "notice")]


def _put_again(events: list[Row]) -> list[dict[str, Any]]:
    """Every question that was put more than once, by an examiner or because it was left after it had begun."""
    found = []
    for kind, title in _PUT_AGAIN.items():
        told = [event["detail"] for event in events if event["kind"] == kind]
        items = Counter(f"{one.get('instrument', '?')}/{one.get('item_id', '?')}" for one in told)
        if items:
            detail = ", ".join(f"{item} ({count})" for item, count in sorted(items.items()))
            found.append(_fact(kind, title, detail, "warning"))
    return found


def _clock(session: Row) -> list[dict[str, Any]]:
    offset_s = session["clock_offset_s"]
    if abs(offset_s) < _CLOCK_LIMIT_S:
        return []
    way = "slow" if offset_s > 0 else "fast"
    detail = f"{abs(offset_s) / 60:.0f} min {way}; times are given on the server's clock"
    return [_fact("wrong_clock", "The device's clock was wrong", detail, "notice")]


def _ahead(asked: list[Row]) -> list[dict[str, Any]]:
    """Answers that are dated after they arrived: a clock that was changed, or a simulated delay."""
    ahead_s = max(((row["answered_at"] - row["created_at"]).total_seconds() for row in asked), default=0.0)
    if ahead_s < _AHEAD_LIMIT_S:
        return []
    detail = f"up to {ahead_s / 60:.1f} min; delays between answers may not have passed"
    return [_fact("times_ahead", "Answers are dated after they arrived", detail, "warning")]


def _delays(session: Row, asked: list[Row]) -> list[dict[str, Any]]:
    """Every planned delay that was not kept, with the delay that really passed."""
    found = []
    for part in session["plan"]["parts"]:
        own = [row for row in asked if row["instrument"] == part["instrument"]]
        for question in part["questions"]:
            rule = question.get("not_before")
            put = [row["presented_at"] for row in own if row["item_id"] == question["item_id"] and _is_put(row)]
            before = [row["answered_at"] for row in own if rule and row["item_id"] == rule["after"]]
            if not put or not before:
                continue
            passed_s = (min(put) - max(before)).total_seconds()
            title = f"{part['title']}, {question['title'].lower()}"
            if passed_s < rule["delay_s"] - _DELAY_TOLERANCE_S:
                detail = f"{title}: {passed_s / 60:.1f} min instead of at least {rule['delay_s'] / 60:g}"
                found.append(_fact("delay_too_short", "A question came before its time", detail, "warning"))
            elif rule.get("longest_s") and passed_s > rule["longest_s"]:
                detail = f"{title}: {passed_s / 60:.0f} min instead of at most {rule['longest_s'] / 60:g}"
                found.append(_fact("delay_too_long", "A question came long after its time", detail, "warning"))
    return found


def _is_put(row: Row) -> bool:
    return bool(row["response"]["kind"] != "skipped")


def _events(events: list[Row]) -> list[dict[str, Any]]:
    counts = Counter(event["kind"] for event in events)
    away_s = _seconds_between(events, "focus_lost", "focus_gained")
    found = []
    for kind, (title, severity) in _EVENTS.items():
        if counts[kind]:
            detail = f"{counts[kind]} time{'s' if counts[kind] > 1 else ''}"
            if kind == "focus_lost" and away_s:
                detail += f", {away_s:.0f} s in all"
            found.append(_fact(kind, title, detail, severity))
    return found


def _seconds_between(events: list[Row], first: str, second: str) -> float:
    total_s, since = 0.0, None
    for event in events:
        if event["kind"] == first:
            since = since or event["at"]
        elif event["kind"] == second and since is not None:
            total_s += (event["at"] - since).total_seconds()
            since = None
    return total_s


def _sound(recordings: list[Row]) -> list[dict[str, Any]]:
    problems = Counter(problem for row in recordings for problem in (row["quality"] or {}).get("problems", []))
    found = [
        _fact(code, title, f"{problems[code]} of {len(recordings)}", "warning")
        for code, title in _PROBLEMS.items()
        if problems[code]
    ]
    kept_on = [words for name, words in _PROCESSING.items() if any(row["settings"].get(name) for row in recordings)]
    if kept_on:
        detail = f"{', '.join(kept_on)} could not be switched off on this device"
        found.append(_fact("processed_sound", "The device processed the sound", detail, "notice"))
    return found


def _said(session: Row, asked: list[Row]) -> list[dict[str, Any]]:
    """What somebody said in a form that may have made the tasks harder, with the question and their answer."""
    planned = {
        (part["instrument"], question["item_id"]): question["parameters"]
        for part in session["plan"]["parts"]
        for question in part["questions"]
    }
    found = []
    for question in asked:
        parameters = planned.get((question["instrument"], question["item_id"]), {})
        trials = question["response"].get("trials") or []
        for notice in notices.raised(parameters, trials, notices.DISTURBANCE):
            detail = f"“{_answer_to(notice['item'], parameters, trials)}” {notice['detail']}"
            found.append(_fact(notice["id"], notice["title"], detail, "notice"))
    return found


def _answer_to(item_id: str, parameters: dict[str, Any], trials: list[dict[str, Any]]) -> str:
    item = next(one for one in parameters["items"] if one["id"] == item_id)
    option = next(trial["option"] for trial in trials if trial["item"] == item_id)
    words = {one["id"]: one["text"] for one in parameters["scales"][item["scale"]]["options"]}
    return f"{item['text']} {words.get(option, option)}."
