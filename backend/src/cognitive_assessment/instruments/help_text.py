"""What a participant is shown after an answer that worries: the organisation's own text, or one for everywhere."""

from __future__ import annotations

# It names no telephone number: a wrong one would be worse than none. Each organisation writes its own.
DEFAULTS = {
    "en": (
        "Thank you for telling us. Thoughts like these are more common than many people think, and there is help.\n\n"
        "Please talk today with somebody whom you trust, with your doctor, or with the people who invited you.\n\n"
        "If you might hurt yourself, or cannot keep yourself safe: call the emergency number of your country now, "
        "or go to the emergency department of the nearest hospital. Please do not stay alone."
    )
}


def help_text(own: str | None, locale: str) -> str:
    """The organisation's text, or the default in this language (in English where there is none)."""
    return own or DEFAULTS.get(locale, DEFAULTS["en"])
