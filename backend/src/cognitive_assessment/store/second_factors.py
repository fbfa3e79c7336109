"""Second factors of an account: the secret of one-time codes (sealed), recovery codes (hashed), passkeys (public)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from cognitive_assessment.errors import NotFound
from cognitive_assessment.store import acting, rows, users
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import passkeys, recovery_codes, second_factors
from cognitive_assessment.store.tables import users as accounts
from cognitive_assessment.store.users import token_hash

# how somebody who has lost them may prove who they are; at least what an account is given out for in the first place
PROOFS = ("in-person", "video-call", "vouched-for")


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can prove itself with besides its password."""

    has_one_time_codes: bool
    passkey_count: int
    recovery_code_count: int

    @property
    def are_there(self) -> bool:
        """Whether a second factor can be asked for; recovery codes alone are none."""
        return self.has_one_time_codes or self.passkey_count > 0

    @property
    def methods(self) -> list[str]:
        """The ways to prove it, as a client is told."""
        ways = {
            "passkey": self.passkey_count,
            "one_time_code": self.has_one_time_codes,
            "recovery_code": self.recovery_code_count,
        }
        return [way for way, is_there in ways.items() if is_there]


def of(connection: sa.Connection, user_id: UUID) -> Factors:
    """The second factors of an account."""
    confirmed = sa.select(second_factors.c.user_id).where(
        second_factors.c.user_id == user_id, second_factors.c.confirmed_at.is_not(None)
    )
    counts = [
        sa.select(sa.func.count()).where(table.c.user_id == user_id).scalar_subquery()
        for table in (passkeys, recovery_codes)
    ]
    return Factors(*connection.execute(sa.select(sa.exists(confirmed), *counts)).one())


def propose(connection: sa.Connection, user_id: UUID, sealed_secret: bytes) -> None:
    """Keep a secret that counts once it is confirmed; one that is confirmed already is not touched."""
    fresh = {"sealed_secret": sealed_secret, "last_step": 0}
    put = postgresql.insert(second_factors).values(user_id=user_id, **fresh)
    connection.execute(
        put.on_conflict_do_update(index_elements=["user_id"], set_=fresh, where=second_factors.c.confirmed_at.is_(None))
    )


def secret(connection: sa.Connection, user_id: UUID) -> Row | None:
    """The sealed secret with `confirmed_at`, locked until the transaction ends."""
    query = sa.select(second_factors).where(second_factors.c.user_id == user_id).with_for_update()
    return rows.one(connection, query)


def use_step(connection: sa.Connection, user_id: UUID, step: int) -> bool:
    """Take note of a code's step; whether it is newer than any that was used, so that no code works twice."""
    query = (
        sa.update(second_factors)
        .where(second_factors.c.user_id == user_id, second_factors.c.last_step < step)
        .values(last_step=step, confirmed_at=sa.func.coalesce(second_factors.c.confirmed_at, sa.func.now()))
        .returning(second_factors.c.user_id)
    )
    return connection.execute(query).scalar() is not None


def remove(connection: sa.Connection, user_id: UUID) -> None:
    """Forget the secret; repeating it is harmless."""
    connection.execute(sa.delete(second_factors).where(second_factors.c.user_id == user_id))


def replace_recovery_codes(connection: sa.Connection, user_id: UUID, codes: list[str]) -> None:
    """Keep the hashes of new recovery codes in place of all older ones."""
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    if codes:
        values = [{"code_hash": token_hash(code), "user_id": user_id} for code in codes]
        connection.execute(sa.insert(recovery_codes), values)


def use_recovery_code(connection: sa.Connection, user_id: UUID, code: str) -> bool:
    """Use a recovery code up; whether it was one of this account."""
    query = sa.delete(recovery_codes).where(
        recovery_codes.c.user_id == user_id, recovery_codes.c.code_hash == token_hash(code)
    )
    return connection.execute(query).rowcount == 1


def reset(connection: sa.Connection, email: str, password: str, *, proof: str, by: str) -> None:
    """Begin an account anew whose owner has lost their second factors and has proved (`proof`) who they are.

    A first password takes the place of the old one: handed to the person whose proof was seen, it opens what whoever
    knows the old one, or has the phone, cannot. All sign-ins end; the log names who did it (`by`). Raises `NotFound`
    and `InvalidInput`.
    """
    user = users.find_staff(connection, email)
    if user is None:
        raise NotFound(f"There is no staff account for {email}.")
    acting.act_as(connection, user["id"], actor=by)
    users.set_password(connection, email, password, is_first_password=True)
    for table in (second_factors, recovery_codes, passkeys):
        connection.execute(sa.delete(table).where(table.c.user_id == user["id"]))
    kept = sa.update(accounts).where(accounts.c.id == user["id"])
    # where the same proof is seen a second time the log is to say so again
    connection.execute(kept.values(second_factor_reset_proof=None))
    connection.execute(kept.values(second_factor_reset_proof=proof))
