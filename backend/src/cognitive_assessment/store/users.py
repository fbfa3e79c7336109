"""People: participants, who need no account, and staff, who sign in with a password."""

from __future__ import annotations

import hashlib
import uuid
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.accounts import passwords
from cognitive_assessment.errors import Conflict, InvalidInput, NotFound
from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import ROLES, sign_ins, users

STAFF_ROLES = ROLES[1:]


def are_keys_marked(connection: sa.Connection, mark: bytes) -> bool | None:
    """Whether every participant's data key begins with a master key's mark; nothing where there is no key yet."""
    begins = sa.func.substring(users.c.data_key, 1, len(mark)) == mark
    found: bool | None = connection.execute(
        sa.select(sa.func.bool_and(begins)).where(users.c.data_key.is_not(None))
    ).scalar_one()
    return found


def add_staff(
    connection: sa.Connection, *, organisation_id: UUID, email: str, display_name: str, password: str, role: str
) -> Row:
    """Add a staff account; raises `Conflict` if the address is taken, `InvalidInput` for a poor address or password."""
    address = _address(email)
    if role not in STAFF_ROLES:
        raise InvalidInput(f"The roles of staff are {', '.join(STAFF_ROLES)}.", field="role")
    values = {
        "id": uuid.uuid4(),
        "organisation_id": organisation_id,
        "email": address,
        "role": role,
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
        known = rows.one(
            connection,
            sa.select(users).where(
                users.c.email == address, users.c.role == "participant", users.c.organisation_id == organisation_id
            ),
        )
        if known is not None:
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
        .where(users.c.email == _address(email), users.c.role != "participant")
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
    """The member of staff with this address, unless the account is closed.

    The transaction acts in the name of whoever has this address, or of nobody.
    """
    user_id = connection.execute(sa.select(sa.func.staff_of_address(email.strip().lower()))).scalar()
    acting.act_as(connection, user_id)
    return rows.one(connection, sa.select(users).where(users.c.id == user_id, users.c.deactivated_at.is_(None)))


def has_staff(connection: sa.Connection) -> bool:
    """Whether anybody can sign in."""
    return connection.execute(sa.select(users.c.id).where(users.c.role != "participant").limit(1)).scalar() is not None


def staff_of(connection: sa.Connection, organisation_id: UUID) -> list[Row]:
    """The staff accounts of an organisation, by name."""
    query = (
        sa.select(users)
        .where(users.c.organisation_id == organisation_id, users.c.role != "participant")
        .order_by(users.c.display_name, users.c.id)
    )
    return rows.many(connection, query)


def change_staff(
    connection: sa.Connection, organisation_id: UUID, user_id: UUID, *, role: str | None, is_active: bool | None
) -> Row:
    """Give a staff account another role, or close or reopen it, which ends its sign-ins; raises `NotFound`."""
    values: dict[str, object] = {}
    if role is not None:
        values["role"] = role
    if is_active is not None:
        values["deactivated_at"] = None if is_active else sa.func.now()
    own = (users.c.id == user_id, users.c.organisation_id == organisation_id, users.c.role != "participant")
    if values:
        connection.execute(sa.update(users).where(*own).values(**values))
    row = rows.require(rows.one(connection, sa.select(users).where(*own)), "staff account")
    if values:
        connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == user_id))
    return row


def token_hash(token: str) -> bytes:
    """What is kept of a token: enough to know it again, not enough to use it."""
    return bytes_hash(token.encode())


def bytes_hash(secret: bytes) -> bytes:
    """The same of random bytes."""
    return hashlib.sha256(secret).digest()


def _address(email: str) -> str:
    address = email.strip().lower()
    local, at, domain = address.partition("@")
    if not (local and at and domain) or any(c.isspace() or ord(c) < 32 for c in address) or len(address) > 254:
        raise InvalidInput("This is not an e-mail address.", field="email")
    return address
