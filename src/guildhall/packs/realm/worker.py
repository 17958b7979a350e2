"""The part of the realm pack that workers hold."""

from guildhall.pack import WorkerPart
from guildhall.packs.realm.archive import jobs as archive_jobs
from guildhall.packs.realm.follow import jobs as follow
from guildhall.packs.realm.guilds import jobs as guild_jobs
from guildhall.packs.realm.people import jobs as people_jobs
from guildhall.packs.realm.raids import jobs as raid_jobs
from guildhall.packs.realm.raids.messages import AnnounceRaid
from guildhall.packs.realm.servers import jobs as sessions

WORKER = WorkerPart(
    messages=(AnnounceRaid, *follow.MESSAGES, *sessions.MESSAGES, *guild_jobs.MESSAGES, *archive_jobs.MESSAGES),
    handlers=(
        *raid_jobs.HANDLERS,
        *follow.HANDLERS,
        *sessions.HANDLERS,
        *guild_jobs.HANDLERS,
        *people_jobs.HANDLERS,
        *archive_jobs.HANDLERS,
    ),
    schedule=(*follow.SCHEDULE, *sessions.SCHEDULE, *guild_jobs.SCHEDULE, *archive_jobs.SCHEDULE),
)
