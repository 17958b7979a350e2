"""The refresh of a player on request."""

from datetime import timedelta

from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.parameters import AccountText, account
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.sync import actions
from guildhall.packs.dota2.sync.schemas import RefreshAccepted
from guildhall.packs.dota2.tracking.errors import TooManyTracked
from guildhall.web.route import PUBLIC, Routes, Write

routes = Routes("/api/v1/opendota_proxy")


@routes.post("/players/{account_id:str}/refresh", scope=PUBLIC, status=202, raises=(BadAccountId, TooManyTracked))
async def refresh_player(account_id: AccountText, tx: Write, settings: Dota2Settings) -> RefreshAccepted:
    """Have a player synced now.

    Queue a sync of everything, and keep the player fresh from now on. Limited for each player.
    """
    known_id = account(account_id)
    job_id = await actions.request_refresh(
        tx, known_id, timedelta(seconds=settings.refresh_cooldown), settings.most_tracked
    )
    return RefreshAccepted(known_id, job_id is not None, job_id)


WEB = WebPart(routes=routes)
