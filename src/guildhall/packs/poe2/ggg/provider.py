"""Path of Exile as a way to sign in."""

from collections.abc import Sequence

from msgspec import structs

from guildhall.core.identity.sign_in.schemas import Grant, Provider
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.packs.poe2.ggg.actions.links import keep_account
from guildhall.packs.poe2.ggg.oauth import poe_provider
from guildhall.packs.poe2.settings import Poe2Settings


async def keep(tx: Transaction, grant: Grant, vault: Vault, settings: Poe2Settings) -> None:
    """Keep the account that a sign-in is about. Raises OtherAccountLinked."""
    await keep_account(tx, grant, vault, settings)


def providers(settings: Poe2Settings) -> Sequence[Provider]:
    """The sign-ins of the pack: none without an application at the game."""
    if settings.client_id is None:
        return ()
    return (structs.replace(poe_provider(settings, settings.client_id), keep=keep),)
