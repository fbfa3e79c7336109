"""Every deliberate error of the system: what is wrong, in words, and how to mend it.

Nothing else is raised on purpose. `api/problems.py` turns these into HTTP, `cli/main.py` into a line on the terminal.
"""

from __future__ import annotations


class CognitiveAssessmentError(Exception):
    """Base of every error that we raise on purpose; its message is fit for the person who meets it."""

    code = "error"

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class InvalidInput(CognitiveAssessmentError):
    """What was given does not follow the contract; `field` names the place."""

    code = "invalid_input"

    def __init__(self, message: str, *, field: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class InvalidSettings(CognitiveAssessmentError):
    """The environment holds values with which the system must not start; all of them are listed."""

    code = "invalid_settings"


class NotSignedIn(CognitiveAssessmentError):
    """No valid sign-in came with the request."""

    code = "not_signed_in"


class NotFound(CognitiveAssessmentError):
    """There is no such thing, or not for this person: a stranger cannot tell the two apart."""

    code = "not_found"


class Conflict(CognitiveAssessmentError):
    """The request contradicts what is already stored; nothing was changed."""

    code = "conflict"


class AlreadyAnswered(Conflict):
    """The question has an answer under another id, perhaps from another tab; that one counts."""

    code = "already_answered"


class NoConsent(Conflict):
    """What somebody gives cannot be kept, because they have not agreed or have withdrawn."""

    code = "no_consent"


class Gone(CognitiveAssessmentError):
    """It was there and was ended on purpose: an invitation used up, an upload terminated."""

    code = "gone"


class ChecksumMismatch(CognitiveAssessmentError):
    """The bytes that arrived are not the bytes that were sent; nothing was kept of them."""

    code = "checksum_mismatch"


class TooLarge(CognitiveAssessmentError):
    """More than the limit that the message names."""

    code = "too_large"


class StorageFull(CognitiveAssessmentError):
    """No room is left for what arrived; nothing half-written stays."""

    code = "storage_full"


class Unavailable(CognitiveAssessmentError):
    """A part that is needed is away for now; the same call can be made again later."""

    code = "unavailable"


class UnderMaintenance(Unavailable):
    """Writes are stopped by the operator for a while."""

    code = "maintenance"


class UnreadableAudio(CognitiveAssessmentError):
    """A file that no decoder reads as sound, or that holds none."""

    code = "unreadable_audio"


class HarmfulFile(CognitiveAssessmentError):
    """The scanner found harm in a file, or could not look at all of it; `found` is its name for that."""

    code = "harmful_file"

    def __init__(self, message: str, *, found: str) -> None:
        super().__init__(message)
        self.found = found


class UntrustedModel(CognitiveAssessmentError):
    """A model file that is missing, altered, or not what its manifest says."""

    code = "untrusted_model"


class DamagedBlob(CognitiveAssessmentError):
    """Stored bytes that do not authenticate: altered, truncated, or under another key."""

    code = "damaged_blob"


class DamagedBackup(CognitiveAssessmentError):
    """A backup is altered, incomplete, of another key or of another format."""

    code = "damaged_backup"


class InvalidDefinition(CognitiveAssessmentError):
    """An instrument's or battery's definition that does not follow the schema; names file and place."""

    code = "invalid_definition"
