"""The part of the realm pack that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.chat.actions.judgements import Judgements
from guildhall.packs.realm.chat.actions.sending import Sender
from guildhall.packs.realm.chat.api import channels, message_changes, messages, sending
from guildhall.packs.realm.chat.live import TOPICS, LiveMessages
from guildhall.packs.realm.chat.operations import RealmOperations
from guildhall.packs.realm.direct import api as direct
from guildhall.packs.realm.follow.actions.followers import Followers
from guildhall.packs.realm.game import api as game
from guildhall.packs.realm.game.actions.messages import GameVoice
from guildhall.packs.realm.guilds.api import guilds
from guildhall.packs.realm.guilds.api import members as guild_members
from guildhall.packs.realm.moderation.actions.filtering import WordFilters
from guildhall.packs.realm.moderation.api import moderation, reports
from guildhall.packs.realm.ops import api as operations
from guildhall.packs.realm.parties import api as parties
from guildhall.packs.realm.people import api as people
from guildhall.packs.realm.raids.api import pulls as raid_pulls
from guildhall.packs.realm.raids.api import raids
from guildhall.packs.realm.raids.api import signups as raid_signups
from guildhall.packs.realm.raids.api import statistics as raid_statistics
from guildhall.packs.realm.servers import api as servers
from guildhall.packs.realm.treasury import api as treasury
from guildhall.packs.realm.wars import api as wars
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.metrics import writer_metrics

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
