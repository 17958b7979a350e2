"""The part of the realm pack that workers hold."""

from guildhall.pack import WorkerPart
from guildhall.packs.realm.archive import jobs as archive_jobs
from guildhall.packs.realm.follow import jobs as follow
from guildhall.packs.realm.guilds import jobs as guild_jobs
from guildhall.packs.realm.people import jobs as people_jobs
from guildhall.packs.realm.raids import jobs as raid_jobs
from guildhall.packs.realm.servers import jobs as sessions

WORKER = WorkerPart(
    handlers=(
        *raid_jobs.HANDLERS,
        *follow.HANDLERS,
        *sessions.HANDLERS,
        *guild_jobs.HANDLERS,
        *people_jobs.HANDLERS,
        *archive_jobs.HANDLERS,
    ),
)
