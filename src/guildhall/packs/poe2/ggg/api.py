"""Your account at Path of Exile."""

from guildhall.core.cache.schemas import Answer
from guildhall.db.policies import Viewer
from guildhall.pack import WebPart
from guildhall.packs.poe2.ggg.actions.links import unlink
from guildhall.packs.poe2.ggg.errors import AccountNotLinked, LinkEnded, ScopeMissing
from guildhall.packs.poe2.ggg.parameters import READ
from guildhall.packs.poe2.ggg.queries.accounts import account_card
from guildhall.packs.poe2.ggg.schemas import AccountCard
from guildhall.packs.poe2.ggg.views import AccountLeagues, LiveAccount
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1/poe2/account")


@routes.get("/", scope=READ, raises=(AccountNotLinked,))
async def get_account(tx: Read, settings: Poe2Settings) -> AccountCard:
    """Your Path of Exile account.

    Return the state of the link. `POST /api/v1/me/identities/poe/start` begins it, or begins it again.
    """
    row = await account_card.one_or_none(tx, tx.viewer.id)
    if row is None:
        raise AccountNotLinked
    missing = [scope for scope in settings.scopes if scope not in row.scopes]
    return AccountCard(
        row.poe_account_name, row.state, row.ended_why, row.scopes, missing, row.linked_at, row.signed_in_at,
        row.refresh_expires_at, row.forget_at,
    )  # fmt: skip


@routes.delete("/", scope=PEOPLE, raises=(AccountNotLinked,))
async def delete_account(tx: Write) -> None:
    """Unlink your Path of Exile account.

    Delete its tokens, your watched characters and all that was kept of them. Signing in with it goes on working, and
    links it again; unlink the identity to end that too.
    """
    await unlink(tx, tx.viewer.id)


@routes.get("/leagues", scope=READ, cached=AccountLeagues, raises=(AccountNotLinked, LinkEnded, ScopeMissing))
async def get_leagues(viewer: Viewer, live: LiveAccount) -> Answer:
    """Leagues of your account.

    Return the leagues that the game lists for you, private ones among them.
    """
    return await live.leagues(viewer.id)


WEB = WebPart(routes=routes, provides=(LiveAccount,))
