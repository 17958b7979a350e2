"""Looks at watched characters, and what follows from links that begin and end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from guildhall.clock import Clock
from guildhall.core.fresh.schemas import Attempt
from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.characters.actions.looks import Looker
from guildhall.packs.poe2.characters.actions.watching import rest, watch_again
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.ggg.errors import AccountLimited, AccountNotLinked, LinkEnded, ScopeMissing
from guildhall.packs.poe2.ggg.messages import LinkBegun, LinkLost
from guildhall.packs.poe2.ids import CharacterId
from guildhall.packs.poe2.settings import Poe2Settings

_SCOPE = timedelta(days=1)
"""Time after which a character is tried again whose user has not allowed what we need."""


async def look_at(id: UUID, looker: Looker, attempt: Attempt, clock: Clock) -> datetime | None:
    """Look at a character; return when it is due again.

    A limit of its account alone stops no other account. Without a link there is nothing to ask with: the next sign-in
    begins it again.
    """
    try:
        return await looker.look(CharacterId(id), interactive=attempt.wanted)
    except AccountLimited as error:
        return clock.now() + timedelta(seconds=float(error.retry_after or 60))
    except (AccountNotLinked, LinkEnded, ScopeMissing):
        return clock.now() + _SCOPE


async def begin_again(message: LinkBegun, db: Database) -> dict[str, int]:
    """Look again at what somebody watches."""
    async with db.write() as tx:
        return {"watched": await watch_again(tx, message.user_id)}


async def leave_alone(message: LinkLost, db: Database) -> dict[str, int]:
    """Leave the characters of somebody alone whose link has ended."""
    async with db.write() as tx:
        return {"watched": await rest(tx, message.user_id)}


def _keep_months(settings: Poe2Settings) -> Mapping[str, int]:
    months = settings.keep_snapshot_months
    return {} if months is None else {"poe2.character_snapshots": months, "poe2.equipment_changes": months}


WORKER = WorkerPart(
    handlers=(On(LinkBegun, begin_again), On(LinkLost, leave_alone)), fresh=(WATCHED,), keep_months=_keep_months
)
