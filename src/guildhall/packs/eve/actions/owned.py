"""Changes that users make to their characters."""

from guildhall.core.jobs.actions import send
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.eve.actions.overview import forget_overview
from guildhall.packs.eve.errors import CharacterNotFound
from guildhall.packs.eve.messages import RevokeTokens
from guildhall.packs.eve.queries import owned as queries


async def choose_default(tx: Transaction, viewer: Viewer, character_id: int) -> int:
    """Make one of the viewer's characters the first choice. Raises CharacterNotFound."""
    if await queries.character_for.one_or_none(tx, character_id, "skills") is None:
        raise CharacterNotFound
    chosen = await queries.set_default_character.one(tx, uuid7(), viewer.id, character_id)
    await forget_overview(tx, viewer.id)
    return chosen


async def remove_character(tx: Transaction, viewer: Viewer, character_id: int) -> None:
    """Delete everything that is kept of one of the viewer's characters. Raises CharacterNotFound.

    A trigger leaves the refresh token, sealed, to a job that revokes it at the SSO. The former owner of a sold
    character removes what was kept for them.
    """
    if not await queries.delete_character.run(tx, viewer.id, character_id):
        raise CharacterNotFound
    await queries.forget_default.run(tx, viewer.id, character_id)
    await send(tx, RevokeTokens())
    await forget_overview(tx, viewer.id)
