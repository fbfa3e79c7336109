"""What a browser calls itself, in the words by which its owner knows it again."""

from __future__ import annotations

# the first that is named counts: later ones are named by others for the sake of old pages
_BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "CrOS": "ChromeOS",
    "Mac OS X": "a Mac",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """Such as "Firefox on Windows"; nothing of what the browser says is kept but these words."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), None)
    if browser is None:
        return "Another program"
    return f"{browser} on {system}" if system else browser
