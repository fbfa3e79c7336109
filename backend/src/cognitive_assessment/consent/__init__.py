"""The text that a participant agrees to, by version and locale, and what proves which one was shown."""

from cognitive_assessment.consent.texts import ConsentText, standard

__all__ = ["ConsentText", "standard"]
