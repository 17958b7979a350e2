"""Characters: linked by a sign-in, removed, and their corporations looked up."""

import msgspec
from msgspec import Struct

from guildhall.core.cache.actions import invalidate
from guildhall.core.identity.sign_in.schemas import Grant
from guildhall.core.identity.subscriptions.gates import Gate, hold, require_room
from guildhall.core.jobs.actions import send
from guildhall.core.upstream.rows import Rows
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.eve.characters import queries
from guildhall.packs.eve.characters.errors import CharacterNotFound
from guildhall.packs.eve.characters.messages import CharacterSold, SyncAffiliations, SyncCharacter
from guildhall.packs.eve.characters.schemas import OVERVIEW, LivingCharacter
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens.actions import close_access
from guildhall.packs.eve.tokens.messages import RevokeTokens
from guildhall.packs.eve.tokens.rules import refresh_at
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.schemas import Id
from guildhall.packs.eve.upstream.sections import sections_of

_AFFILIATIONS = 1000
"""Ids that one question takes."""


async def keep_character(tx: Transaction, grant: Grant, vault: Vault) -> CharacterId:
    """Take over what a sign-in with a character has brought; our id of the character.

    Runs in the sign-in's transaction. The row of this user is kept with its history, a removed one too. The living
    row of somebody else ends: as sold when the owner at the game is another, as removed when the same person has
    signed in to another account here. A grant without a refresh token (no scopes were asked) gives no lasting access.
    """
    character_id = int(grant.claims.subject)
    rows = await queries.rows_of_game_id.many(tx, character_id)
    for row in rows:
        if row.user_id != grant.user_id and row.token_state not in ("sold", "removed"):
            await _end_for_former(tx, row, grant)
    mine = next((row for row in rows if row.user_id == grant.user_id and row.token_state not in ("sold",)), None)
    row_id = CharacterId(uuid7()) if mine is None else mine.id
    access = vault.seal(ACCESS_TOKEN, row_id, grant.access_token.reveal())
    refresh = None if grant.refresh_token is None else vault.seal(REFRESH_TOKEN, row_id, grant.refresh_token.reveal())
    scopes = list(grant.claims.scopes)
    due_at = None if refresh is None else refresh_at(row_id, tx.now, grant.expires_at)
    if mine is None:
        await queries.add_character.run(
            tx, row_id, character_id, grant.claims.name, grant.user_id, access, refresh, grant.expires_at, scopes,
            tx.now, grant.claims.owner_hash, due_at,
        )  # fmt: skip
    else:
        await queries.authorise_again.run(
            tx, row_id, grant.claims.name, access, refresh, grant.expires_at, scopes, tx.now,
            grant.claims.owner_hash, due_at,
        )  # fmt: skip
    allowed = sections_of(scopes)
    await queries.begin_sections.run(tx, row_id, grant.user_id, allowed, tx.now)
    await queries.end_sections.run(tx, row_id, allowed)
    if not await CHARACTERS.keep(tx, row_id, user_id=grant.user_id):
        await CHARACTERS.due_now(tx, row_id)
    await send(tx, SyncCharacter(row_id, requested=True))
    await send(tx, SyncAffiliations(only_new=True))
    return row_id


async def require_room_for(tx: Transaction, grant: Grant, settings: EveSettings) -> None:
    """Raises LimitReached when the character is new to its user and as many are there as the tier allows."""
    await hold(tx, grant.user_id)
    held = await queries.living_ids.many(tx, grant.user_id)
    if int(grant.claims.subject) not in held:
        gate = Gate("Characters", free=settings.characters_free, premium=settings.characters_premium)
        await require_room(tx, grant.user_id, gate, len(held))


async def _end_for_former(tx: Transaction, row: LivingCharacter, grant: Grant) -> None:
    """End another user's access to a character that has come to somebody else."""
    sold = row.owner_hash is not None and row.owner_hash != grant.claims.owner_hash
    why = "the character has another owner" if sold else "the character was linked to another account"
    await close_access(tx, row.id, "sold" if sold else "removed", why)
    # The worker tells: a sign-in may not write into somebody else's notifications.
    await send(tx, CharacterSold(row.id) if sold else RevokeTokens())


async def unlink_character(tx: Transaction, user_id: UserId, character_id: int) -> CharacterId:
    """End access to a user's character and give its token back to the SSO; our id. Its history stays.

    Raises CharacterNotFound.
    """
    found = await queries.living_of_user.one_or_none(tx, user_id, character_id)
    if found is None:
        raise CharacterNotFound
    await close_access(tx, found.id, "removed", "removed by its user")
    await send(tx, RevokeTokens())
    return found.id


async def choose_default(tx: Transaction, character_id: int) -> int:
    """Make one of the viewer's characters the first choice. Raises CharacterNotFound."""
    if await queries.character_for.one_or_none(tx, character_id, "skills") is None:
        raise CharacterNotFound
    chosen = await queries.set_default_character.one(tx, UserId(uuid7()), tx.viewer.id, character_id)
    await forget_overview(tx, tx.viewer.id)
    return chosen


async def remove_character(tx: Transaction, character_id: int) -> None:
    """Delete everything that is kept of one of the viewer's characters. Raises CharacterNotFound.

    A trigger leaves the refresh token, sealed, to a job that revokes it at the SSO. The former owner of a sold
    character removes what was kept for them.
    """
    deleted = await queries.delete_character.many(tx, tx.viewer.id, character_id)
    if not deleted:
        raise CharacterNotFound
    await CHARACTERS.forget(tx, *deleted)
    await queries.forget_default.run(tx, tx.viewer.id, character_id)
    await send(tx, RevokeTokens())
    await forget_overview(tx, tx.viewer.id)


async def forget_overview(tx: Transaction, user_id: UserId) -> None:
    """Invalidate the user's overview: a character has changed, or the set of characters."""
    await invalidate(tx, OVERVIEW.key(user_id), stored=False)


class _Affiliation(Struct, frozen=True):
    character_id: Id
    corporation_id: Id
    alliance_id: Id | None = None


_GIVEN = Rows(list[_Affiliation])


async def sync_affiliations(db: Database, esi: Esi, only_new: bool) -> dict[str, int]:
    """Look up corporations and alliances from the public list; how many characters were asked for."""
    async with db.read() as tx:
        ids = await queries.to_affiliate.many(tx, only_new)
    if not ids:
        return {"asked": 0}
    answer = await esi.post(routes.AFFILIATION, msgspec.json.encode(ids[:_AFFILIATIONS]))
    given = {one.character_id: one for one in esi.decode(routes.AFFILIATION, answer, _GIVEN)}
    async with db.write() as tx:
        await queries.save_affiliations.run(
            tx,
            list(given),
            [one.corporation_id for one in given.values()],
            [one.alliance_id for one in given.values()],
        )
    return {"asked": len(ids)}
