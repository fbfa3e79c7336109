"""What each role may do. `docs/reference/access.md` says the same endpoint by endpoint, and is tested."""

from __future__ import annotations

import enum


class Right(enum.Enum):
    """Something that an endpoint lets people do, with the roles that may."""

    TAKE_PART = frozenset({"participant"})
    INVITE = frozenset({"clinician", "administrator"})
    READ_RESULTS = frozenset({"clinician", "researcher", "administrator"})
    CORRECT = frozenset({"clinician", "administrator"})
    LISTEN = frozenset({"clinician", "researcher", "administrator"})  # a researcher where identities may be seen
    MANAGE = frozenset({"administrator"})
    KEEP_ACCOUNT = frozenset({"clinician", "researcher", "administrator", "operator"})
    OPERATE = frozenset({"administrator", "operator"})
