"""People: participants, who need no account, and staff, who sign in with a password."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.accounts import passwords
from cognitive_assessment.errors import Conflict, InvalidInput, NotFound
from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import ROLES, passkey_challenges, sign_in_steps, sign_ins, users

STAFF_ROLES = ROLES[1:]
FIRST_PASSWORD_LASTS = dt.timedelta(days=7)


def newest_participants(connection: sa.Connection, *, limit: int) -> list[UUID]:
    """The ids of those who were added last."""
    query = sa.select(users.c.id).where(users.c.role == "participant").order_by(users.c.created_at.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def ids(connection: sa.Connection) -> set[UUID]:
    """Everybody's id, as the owner."""
    return set(connection.execute(sa.select(users.c.id)).scalars())


def add_staff(
    connection: sa.Connection,
    *,
    organisation_id: UUID,
    email: str,
    display_name: str,
    password: str,
    role: str,
    is_first_password: bool = False,
) -> Row:
    """Add a staff account, perhaps with a password that its owner has to change at the first sign-in, within days.

    Raises `Conflict` if the address is taken, `InvalidInput` for a poor address or password.
    """
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
        **_first(is_first_password),
    }
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(users).values(**values))
    except sa.exc.IntegrityError as error:
        raise Conflict(f"There is already an account for {address}.") from error
    return get(connection, values["id"])  # type: ignore[arg-type]


def add_participant(connection: sa.Connection, *, organisation_id: UUID, display_name: str, email: str | None) -> Row:
    """Add a participant; one with this address in the organisation is returned as is."""
    address = _address(email) if email else None
    own = {"organisation_id": organisation_id, "email": address, "role": "participant", "display_name": display_name}
    known = sa.select(users).where(
        users.c.email == address, users.c.role == "participant", users.c.organisation_id == organisation_id
    )
    found = rows.one(connection, known) if address else None
    if found is not None:
        return found
    user_id = uuid.uuid4()
    connection.execute(insert(users).values(id=user_id, **own).on_conflict_do_nothing())
    return rows.require(rows.one(connection, known), "person") if address else get(connection, user_id)


def get(connection: sa.Connection, user_id: UUID) -> Row:
    """One person; raises `NotFound`."""
    return rows.require(rows.one(connection, sa.select(users).where(users.c.id == user_id)), "person")


def get_participant(connection: sa.Connection, organisation_id: UUID, user_id: UUID) -> Row:
    """A participant of this organisation; raises `NotFound` for anybody else."""
    query = sa.select(users).where(
        users.c.id == user_id, users.c.organisation_id == organisation_id, users.c.role == "participant"
    )
    return rows.require(rows.one(connection, query), "participant")


def rectify(
    connection: sa.Connection, organisation_id: UUID, user_id: UUID, *, display_name: str, email: str | None
) -> Row:
    """Put a participant's details right, in their answers too; the caller has seen that they are of this organisation.

    Raises `Conflict` if another participant of the organisation has the address, `InvalidInput` if it is none.
    """
    address = _address(email) if email else None
    own = (users.c.id == user_id, users.c.organisation_id == organisation_id, users.c.role == "participant")
    try:
        with connection.begin_nested():
            connection.execute(sa.update(users).where(*own).values(display_name=display_name, email=address))
    except sa.exc.IntegrityError as error:
        raise Conflict(f"There is another participant with the address {address}.") from error
    connection.execute(sa.select(sa.func.rectify_address(user_id, address)))
    return get_participant(connection, organisation_id, user_id)


def set_password(connection: sa.Connection, email: str, password: str, *, is_first_password: bool = False) -> None:
    """Give a staff account a new password and end its sign-ins; raises `NotFound`, or `InvalidInput` for a poor one."""
    query = (
        sa.update(users)
        .where(users.c.email == _address(email), users.c.role != "participant")
        .values(password_hash=passwords.hashed(password, about=(email,)), **_first(is_first_password))
        .returning(users.c.id)
    )
    user_id = connection.execute(query).scalar()
    if user_id is None:
        raise NotFound(f"There is no staff account for {email}.")
    end_ways_in(connection, user_id)


def end_ways_in(connection: sa.Connection, user_id: UUID, *, but: str | None = None) -> None:
    """End all sign-ins of a person but the one with this token, and whatever would become one: steps and challenges."""
    others = sa.delete(sign_ins).where(sign_ins.c.user_id == user_id)
    connection.execute(others if but is None else others.where(sign_ins.c.token_hash != token_hash(but)))
    for table in (sign_in_steps, passkey_challenges):
        connection.execute(sa.delete(table).where(table.c.user_id == user_id))


def _first(is_first_password: bool) -> dict[str, object]:
    ends_at = dt.datetime.now(dt.UTC) + FIRST_PASSWORD_LASTS if is_first_password else None
    return {"password_ends_at": ends_at, "password_is_to_change": is_first_password}


def keep_password(connection: sa.Connection, user_id: UUID, password_hash: str) -> None:
    """Keep the hash of a password that a person has chosen."""
    values = {"password_hash": password_hash, **_first(False)}
    connection.execute(sa.update(users).where(users.c.id == user_id).values(**values))


def let_password_end(connection: sa.Connection, email: str, at: dt.datetime) -> None:
    """From then on this account's password, which was printed, opens nothing."""
    connection.execute(sa.update(users).where(users.c.email == email).values(password_ends_at=at))


def hold(connection: sa.Connection, user_id: UUID) -> None:
    """Let nobody else change this account until the transaction ends."""
    connection.execute(sa.select(users.c.id).where(users.c.id == user_id).with_for_update())


def hold_as_checked(connection: sa.Connection, user: Row) -> Row | None:
    """The account as it is now, held like that, if it is open and its password the one that was just checked.

    A password is checked outside of transactions, and may be replaced meanwhile.
    """
    hold(connection, user["id"])
    query = sa.select(users).where(users.c.id == user["id"], users.c.deactivated_at.is_(None))
    return rows.one(connection, query.where(users.c.password_hash == user["password_hash"]))


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
        end_ways_in(connection, user_id)
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
