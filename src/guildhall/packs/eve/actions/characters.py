"""Characters come by a sign-in, and go when they are removed or sold."""

from uuid import UUID

from guildhall.core.identity.gates import Gate, hold, require_room
from guildhall.core.identity.schemas import Grant
from guildhall.core.jobs.actions import send
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.eve.errors import CharacterNotFound
from guildhall.packs.eve.messages import CharacterSold, RevokeTokens, SyncAffiliations, SyncCharacter
from guildhall.packs.eve.queries import characters
from guildhall.packs.eve.rules.routes import sections_of
from guildhall.packs.eve.rules.tokens import refresh_at
from guildhall.packs.eve.schemas.characters import ACCESS_TOKEN, REFRESH_TOKEN, LivingCharacter
from guildhall.packs.eve.settings import EveSettings


async def keep_character(tx: Transaction, grant: Grant, vault: Vault) -> UUID:
    """Take over what a sign-in with a character has brought; our id of the character.

    Runs in the sign-in's transaction. The row of this user is kept with its history, a removed one too. The living
    row of somebody else ends: as sold when the owner at the game is another, as removed when the same person has
    signed in to another account here. A grant without a refresh token (no scopes were asked) gives no lasting access.
    """
    character_id = int(grant.claims.subject)
    rows = await characters.rows_of_game_id.many(tx, character_id)
    for row in rows:
        if row.user_id != grant.user_id and row.token_state not in ("sold", "removed"):
            await _end_for_former(tx, row, grant)
    mine = next((row for row in rows if row.user_id == grant.user_id and row.token_state not in ("sold",)), None)
    row_id = uuid7() if mine is None else mine.id
    access = vault.seal(ACCESS_TOKEN, row_id, grant.access_token.reveal())
    refresh = None if grant.refresh_token is None else vault.seal(REFRESH_TOKEN, row_id, grant.refresh_token.reveal())
    scopes = list(grant.claims.scopes)
    due_at = None if refresh is None else refresh_at(row_id, tx.now, grant.expires_at)
    if mine is None:
        await characters.add_character.run(
            tx, row_id, character_id, grant.claims.name, grant.user_id, access, refresh, grant.expires_at, scopes,
            tx.now, grant.claims.owner_hash, due_at,
        )  # fmt: skip
    else:
        await characters.authorise_again.run(
            tx, row_id, grant.claims.name, access, refresh, grant.expires_at, scopes, tx.now,
            grant.claims.owner_hash, due_at,
        )  # fmt: skip
    allowed = sections_of(scopes)
    await characters.begin_sections.run(tx, row_id, grant.user_id, allowed, tx.now)
    await characters.end_sections.run(tx, row_id, allowed)
    await send(tx, SyncCharacter(row_id, requested=True))
    await send(tx, SyncAffiliations(only_new=True))
    return row_id


async def require_room_for(tx: Transaction, grant: Grant, settings: EveSettings) -> None:
    """Raises LimitReached when the character is new to its user and as many are there as the tier allows."""
    await hold(tx, grant.user_id)
    held = await characters.living_ids.many(tx, grant.user_id)
    if int(grant.claims.subject) not in held:
        gate = Gate("Characters", free=settings.characters_free, premium=settings.characters_premium)
        await require_room(tx, grant.user_id, gate, len(held))


async def _end_for_former(tx: Transaction, row: LivingCharacter, grant: Grant) -> None:
    """End another user's access to a character that has come to somebody else."""
    sold = row.owner_hash is not None and row.owner_hash != grant.claims.owner_hash
    why = "the character has another owner" if sold else "the character was linked to another account"
    await characters.end_access.one_or_none(tx, row.id, "sold" if sold else "removed", why, tx.now)
    # The worker tells: a sign-in may not write into somebody else's notifications.
    await send(tx, CharacterSold(row.id) if sold else RevokeTokens())


async def remove_character(tx: Transaction, user_id: UUID, character_id: int) -> UUID:
    """End access to a user's character and give its token back to the SSO; our id. Its history stays.

    Raises CharacterNotFound.
    """
    found = await characters.living_of_user.one_or_none(tx, user_id, character_id)
    if found is None:
        raise CharacterNotFound
    await characters.end_access.one_or_none(tx, found.id, "removed", "removed by its user", tx.now)
    await send(tx, RevokeTokens())
    return found.id
