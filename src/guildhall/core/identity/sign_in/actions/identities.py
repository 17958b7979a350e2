"""People at providers: signed in by them, linked, unlinked, and taken off who has sold them."""

from guildhall.core.identity.credentials.errors import LastWayIn
from guildhall.core.identity.credentials.queries import lock_user, ways_in
from guildhall.core.identity.ids import IdentityId
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.schemas import IdentityView
from guildhall.core.identity.sign_in import queries
from guildhall.core.identity.sign_in.errors import IdentityNotFound, LinkedElsewhere, TooManyIdentities
from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.identity.sign_in.schemas import Claims, IdentityRow
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.text import shortened_line


async def find_or_add_user(
    tx: Transaction, provider: str, claims: Claims, caller: Caller | None
) -> tuple[UserId, IdentityView]:
    """The user whom a proven person at a provider is here: a new one at the first time."""
    held = await _held(tx, provider, claims, caller)
    if held is not None:
        return held.user_id, await _note_use(tx, held, claims)
    user_id = UserId(uuid7())
    await queries.add_user.run(tx, user_id, _name(claims) or "Somebody", tx.now)
    await record(tx, "account_created", "ok", user_id=user_id, caller=caller, details={"provider": provider})
    return user_id, await _add(tx, user_id, provider, claims)


async def link_identity(
    tx: Transaction, user_id: UserId, provider: str, claims: Claims, most: int, caller: Caller | None
) -> IdentityView:
    """Link a proven person at a provider to a user who is signed in; again is fine.

    Raises LinkedElsewhere, TooManyIdentities.
    """
    held = await _held(tx, provider, claims, caller)
    if held is not None:
        if held.user_id != user_id:
            raise LinkedElsewhere
        return await _note_use(tx, held, claims)
    await lock_user.one(tx, user_id)
    if await queries.count_identities.one(tx, user_id) >= most:
        raise TooManyIdentities(most=most)
    added = await _add(tx, user_id, provider, claims)
    await record(tx, "identity_linked", "ok", user_id=user_id, caller=caller, details={"provider": provider})
    return added


async def unlink_identity(tx: Transaction, user_id: UserId, identity_id: IdentityId, caller: Caller | None) -> None:
    """Take an identity off a user. Raises IdentityNotFound, LastWayIn for the only way to sign in."""
    await lock_user.one(tx, user_id)
    ways = await ways_in.one(tx, user_id)
    removed = await queries.remove_identity.one_or_none(tx, identity_id, user_id)
    if removed is None:
        raise IdentityNotFound(identity_id=identity_id)
    if ways <= 1:
        raise LastWayIn
    await record(tx, "identity_unlinked", "ok", user_id=user_id, caller=caller, details={"provider": removed.provider})
    await send(tx, IdentityUnlinked(user_id, removed.provider, removed.subject))


async def _held(tx: Transaction, provider: str, claims: Claims, caller: Caller | None) -> IdentityRow | None:
    """The identity that a subject is, locked. One that has changed hands is taken off its former owner first."""
    await queries.lock_subject.one(tx, f"{provider}:{claims.subject}")
    held = await queries.identity_of.one_or_none(tx, provider, claims.subject)
    if held is None or claims.owner_hash is None or held.owner_hash in (None, claims.owner_hash):
        return held
    await queries.remove_identity.one(tx, held.id, held.user_id)
    await record(
        tx, "identity_changed_hands", "ok", user_id=held.user_id, caller=caller, details={"provider": provider}
    )  # fmt: skip
    await send(tx, IdentityUnlinked(held.user_id, provider, claims.subject, "owner_changed"))
    return None


async def _add(tx: Transaction, user_id: UserId, provider: str, claims: Claims) -> IdentityView:
    return await queries.add_identity.one(
        tx, IdentityId(uuid7()), user_id, provider, claims.subject, _name(claims), claims.owner_hash, tx.now
    )


async def _note_use(tx: Transaction, held: IdentityRow, claims: Claims) -> IdentityView:
    return await queries.note_identity_use.one(tx, held.id, _name(claims), claims.owner_hash, tx.now)


def _name(claims: Claims) -> str:
    """A name as the tables take it: what a provider says may be long, or hold what is refused here."""
    return shortened_line(claims.name, 100)
