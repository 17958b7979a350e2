"""The manifest of the realm pack."""

from collections.abc import Mapping

from aiohttp import web

from guildhall.db.migrate import Branch
from guildhall.pack import Demo, Pack, Sandbox
from guildhall.packs.realm.actions.filtering import WordFilters
from guildhall.packs.realm.actions.followers import Followers
from guildhall.packs.realm.actions.game_messages import GameVoice
from guildhall.packs.realm.actions.ingest import MessageWriter
from guildhall.packs.realm.actions.judgements import Judgements
from guildhall.packs.realm.actions.sending import Sender
from guildhall.packs.realm.api import (
    channels,
    direct,
    game,
    guild_members,
    guilds,
    message_changes,
    messages,
    moderation,
    operations,
    parties,
    people,
    raid_pulls,
    raid_signups,
    raid_statistics,
    raids,
    reports,
    sending,
    servers,
    treasury,
    wars,
)
from guildhall.packs.realm.cli.commands import commands
from guildhall.packs.realm.demo import hints, lines, prepare
from guildhall.packs.realm.exports import EXPORTS
from guildhall.packs.realm.jobs import archive as archive_jobs
from guildhall.packs.realm.jobs import follow, sessions
from guildhall.packs.realm.jobs import guilds as guild_jobs
from guildhall.packs.realm.jobs import raids as raid_jobs
from guildhall.packs.realm.live import TOPICS, LiveMessages
from guildhall.packs.realm.measures import writer_metrics
from guildhall.packs.realm.messages.raids import AnnounceRaid
from guildhall.packs.realm.notices import KINDS
from guildhall.packs.realm.operations import RealmOperations
from guildhall.packs.realm.sandbox import make_app
from guildhall.packs.realm.seed import seed
from guildhall.packs.realm.settings import RealmSettings


def _make_sandbox(_: RealmSettings) -> web.Application:
    return make_app()


def _sandbox_overrides(_: RealmSettings, address: str) -> Mapping[str, str]:
    return {"GUILDHALL_REALM_SANDBOX_URL": address}


REALM = Pack(
    name="realm",
    title="Realm",
    settings=RealmSettings,
    migrations=Branch("realm", "guildhall.packs.realm.migrations"),
    routes=(
        people.routes,
        servers.routes,
        channels.routes,
        moderation.routes,
        reports.routes,
        parties.routes,
        guilds.routes,
        guild_members.routes,
        treasury.routes,
        wars.routes,
        raids.reads,
        raids.writes,
        raid_signups.routes,
        raid_pulls.routes,
        raid_statistics.routes,
        game.routes,
        sending.routes,
        messages.routes,
        message_changes.routes,
        direct.routes,
        operations.routes,
    ),
    services=(MessageWriter,),
    provides={
        "message_writer": MessageWriter,
        "game_voice": GameVoice,
        "judgements": Judgements,
        "word_filters": WordFilters,
        "sender": Sender,
        "followers": Followers,
    },
    messages=(AnnounceRaid, *follow.MESSAGES, *sessions.MESSAGES, *guild_jobs.MESSAGES, *archive_jobs.MESSAGES),
    handlers=(*raid_jobs.HANDLERS, *follow.HANDLERS, *sessions.HANDLERS, *guild_jobs.HANDLERS, *archive_jobs.HANDLERS),
    schedule=(*follow.SCHEDULE, *sessions.SCHEDULE, *guild_jobs.SCHEDULE, *archive_jobs.SCHEDULE),
    metrics=writer_metrics,
    larger_bodies=game.larger_bodies,
    topics=TOPICS,
    live_sources=(LiveMessages,),
    operations=(RealmOperations,),
    notices=KINDS,
    exports=EXPORTS,
    sandboxes=(Sandbox("realm", _make_sandbox, _sandbox_overrides),),
    demo=Demo(prepare, lines, hints=hints),
    seed=seed,
    commands=commands,
)
