"""The part of the realm pack that workers hold."""

from guildhall.pack import WorkerPart
from guildhall.packs.realm.jobs import archive as archive_jobs
from guildhall.packs.realm.jobs import follow, sessions
from guildhall.packs.realm.jobs import guilds as guild_jobs
from guildhall.packs.realm.jobs import people as people_jobs
from guildhall.packs.realm.jobs import raids as raid_jobs
from guildhall.packs.realm.messages.raids import AnnounceRaid

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
