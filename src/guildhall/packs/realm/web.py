"""The part of the realm pack that web processes hold."""

from guildhall.pack import WebPart
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
from guildhall.packs.realm.live import TOPICS, LiveMessages
from guildhall.packs.realm.measures import writer_metrics
from guildhall.packs.realm.operations import RealmOperations

WEB = WebPart(
    routes=(
        *people.routes,
        *servers.routes,
        *channels.routes,
        *moderation.routes,
        *reports.routes,
        *parties.routes,
        *guilds.routes,
        *guild_members.routes,
        *treasury.routes,
        *wars.routes,
        *raids.routes,
        *raid_signups.routes,
        *raid_pulls.routes,
        *raid_statistics.routes,
        *game.routes,
        *sending.routes,
        *messages.routes,
        *message_changes.routes,
        *direct.routes,
        *operations.routes,
    ),
    provides=(
        MessageWriter,
        GameVoice,
        Judgements,
        WordFilters,
        Sender,
        Followers,
    ),
    metrics=writer_metrics,
    larger_bodies=game.larger_bodies,
    topics=TOPICS,
    live_sources=(LiveMessages,),
    operations=(RealmOperations,),
)
