"""Jobs of builds: counts, what is forgotten, and what authors are told."""

from datetime import timedelta

from guildhall.core.cache.actions import invalidate
from guildhall.core.identity.accounts.messages import AccountDeleted, AccountRenamed
from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.builds import messages
from guildhall.packs.poe2.builds.kinds import PUBLIC_BUILD, WITHHELD
from guildhall.packs.poe2.builds.queries import builds, counts
from guildhall.packs.poe2.settings import Poe2Settings

_CHANGES = 20_000
"""Changes of counts that one transaction adds up."""


async def add_up_counts(_: messages.AddUpCounts, db: Database) -> dict[str, int]:
    """Add the views and likes since the last time to the counts of their builds."""
    total = 0
    while True:
        added = await db.transact(lambda tx: counts.add_up_counts.one(tx, _CHANGES))
        total += added
        if added < _CHANGES:
            return {"changes": total}


async def forget_visitors(_: messages.ForgetVisitors, db: Database, settings: Poe2Settings) -> dict[str, int]:
    """Forget the visitors of past days with the keys of their hashes, and addresses of builds deleted long ago."""
    async with db.write(timeout=120) as tx:
        today = tx.now.date()
        return {
            "keys": await counts.forget_visitor_keys.run(tx, today),
            "visits": await counts.forget_visitors.run(tx, today),
            "addresses": await builds.forget_gone_builds.run(tx, tx.now - timedelta(days=settings.gone_days)),
        }


async def forget_answers_of_account(_: AccountDeleted, db: Database) -> None:
    """Have every process forget its answers about builds: some may be of an account that is gone."""
    async with db.write() as tx:
        await invalidate(tx, prefixes=(f"{PUBLIC_BUILD.name}:",), stored=False)


async def rename_author(message: AccountRenamed, db: Database) -> dict[str, int]:
    """Put an author's new name on their builds."""
    async with db.write() as tx:
        name = await builds.account_name.one_or_none(tx, message.user_id)
        if name is None:
            return {"builds": 0}
        renamed = await builds.rename_author.many(tx, message.user_id, name)
        await invalidate(tx, *(PUBLIC_BUILD.key(short_id) for short_id in renamed), stored=False)
        return {"builds": len(renamed)}


async def tell_withheld(message: messages.BuildWithheld, db: Database) -> dict[str, int]:
    """Notify the author of a build that moderators took it back."""
    async with db.write() as tx:
        build = await builds.build.one_or_none(tx, message.build_id)
        if build is None or build.withheld_at is None:
            return {"notices": 0}
        notice = Notice(
            user_id=build.user_id, type=WITHHELD.type, title=f"Moderators took back {build.title}",
            body="It is a draft now, which you can edit and not share.", data={"build_id": str(build.id)},
            occurrence_key=f"{build.id}:{build.withheld_at.isoformat()}", happened_at=build.withheld_at,
        )  # fmt: skip
        return {"notices": await notify(tx, [notice])}


WORKER = WorkerPart(
    handlers=(
        On(messages.AddUpCounts, add_up_counts, schedule=minutely(due=Due(counts.counts_changed))),
        On(messages.ForgetVisitors, forget_visitors, schedule=daily(hour=0, minute=10)),
        On(messages.BuildWithheld, tell_withheld),
        On(AccountDeleted, forget_answers_of_account),
        On(AccountRenamed, rename_author),
    ),
    messages=(
        messages.BuildPublished,
        messages.BuildVersionAdded,
        messages.BuildChanged,
        messages.BuildUnpublished,
        messages.BuildDeleted,
    ),
)
