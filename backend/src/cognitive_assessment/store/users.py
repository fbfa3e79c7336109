"""People: participants, who need no account, and staff, who sign in with a password."""

from __future__ import annotations

import hashlib
import uuid
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.accounts import passwords
from cognitive_assessment.errors import Conflict, InvalidInput, NotFound
from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import sign_ins, users


def are_keys_marked(connection: sa.Connection, mark: bytes) -> bool | None:
    """Whether every participant's data key begins with a master key's mark; nothing where there is no key yet."""
    begins = sa.func.substring(users.c.data_key, 1, len(mark)) == mark
    found: bool | None = connection.execute(
        sa.select(sa.func.bool_and(begins)).where(users.c.data_key.is_not(None))
    ).scalar_one()
    return found


def add_staff(connection: sa.Connection, *, organisation_id: UUID, email: str, display_name: str, password: str) -> Row:
    """Add a staff account; raises `Conflict` if the address is taken, `InvalidInput` for a poor address or password."""
    address = _address(email)
    values = {
        "id": uuid.uuid4(),
        "organisation_id": organisation_id,
        "email": address,
        "role": "staff",
        "display_name": display_name.strip() or address,
        "password_hash": passwords.hashed(password, about=(address,)),
    }
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(users).values(**values))
    except sa.exc.IntegrityError as error:
        raise Conflict(f"There is already an account for {address}.") from error
    return get(connection, values["id"])  # type: ignore[arg-type]


def add_participant(
    connection: sa.Connection, *, organisation_id: UUID, display_name: str, email: str | None, data_key: bytes
) -> Row:
    """Add a participant with their wrapped data key; one with this address in the organisation is returned as is."""
    address = _address(email) if email else None
    if address:
        known = rows.one(connection, sa.select(users).where(users.c.email == address))
        if known is not None:
            if known["role"] != "participant" or known["organisation_id"] != organisation_id:
                raise Conflict("This address belongs to another account.")
            return known
    user_id = uuid.uuid4()
    connection.execute(
        sa.insert(users).values(
            id=user_id,
            organisation_id=organisation_id,
            email=address,
            role="participant",
            display_name=display_name,
            data_key=data_key,
        )
    )
    return get(connection, user_id)


def get(connection: sa.Connection, user_id: UUID) -> Row:
    """One person; raises `NotFound`."""
    return rows.require(rows.one(connection, sa.select(users).where(users.c.id == user_id)), "person")


def set_password(connection: sa.Connection, email: str, password: str) -> None:
    """Give a staff account a new password and end its sign-ins; raises `NotFound`, or `InvalidInput` for a poor one."""
    query = (
        sa.update(users)
        .where(users.c.email == _address(email), users.c.role == "staff")
        .values(password_hash=passwords.hashed(password, about=(email,)))
        .returning(users.c.id)
    )
    user_id = connection.execute(query).scalar()
    if user_id is None:
        raise NotFound(f"There is no staff account for {email}.")
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == user_id))


def keep_password(connection: sa.Connection, user_id: UUID, password_hash: str) -> None:
    """Keep the hash of a person's new password."""
    connection.execute(sa.update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def ensure_data_key(connection: sa.Connection, user_id: UUID, made: bytes) -> bytes:
    """The person's wrapped data key; `made`, if they had none."""
    key: bytes = connection.execute(
        sa.update(users)
        .where(users.c.id == user_id)
        .values(data_key=sa.func.coalesce(users.c.data_key, made))
        .returning(users.c.data_key)
    ).scalar_one()
    return key


def find_staff(connection: sa.Connection, email: str) -> Row | None:
    """The member of staff with this address."""
    return rows.one(connection, sa.select(users).where(users.c.email == email.strip().lower(), users.c.role == "staff"))


def has_staff(connection: sa.Connection) -> bool:
    """Whether anybody can sign in."""
    return connection.execute(sa.select(users.c.id).where(users.c.role == "staff").limit(1)).scalar() is not None


def token_hash(token: str) -> bytes:
    """What is kept of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).digest()


def _address(email: str) -> str:
    address = email.strip().lower()
    local, at, domain = address.partition("@")
    if not (local and at and domain) or any(c.isspace() or ord(c) < 32 for c in address) or len(address) > 254:
        raise InvalidInput("This is not an e-mail address.", field="email")
    return address
