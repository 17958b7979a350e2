"""EVE's single sign-on as a way to sign in."""

from collections.abc import Sequence

from msgspec import structs

from guildhall.core.identity.sign_in.schemas import Grant, Provider
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.packs.eve.characters.actions import keep_character, require_room_for
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens.sso import sso_provider


async def keep(tx: Transaction, grant: Grant, vault: Vault, settings: EveSettings) -> None:
    """Keep the character that a sign-in is about. Raises LimitReached for one more than the user's tier allows."""
    await require_room_for(tx, grant, settings)
    await keep_character(tx, grant, vault)


def providers(settings: EveSettings) -> Sequence[Provider]:
    """The sign-ins of the pack."""
    return (structs.replace(sso_provider(settings), keep=keep),)
