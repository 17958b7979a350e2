"""The objects of chat that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.chat.actions.sending import Sender
from guildhall.packs.realm.chat.actions.write_permissions import WritePermissions
from guildhall.packs.realm.chat.api import channels, message_changes, messages, sending
from guildhall.packs.realm.chat.live import TOPICS, LiveMessages
from guildhall.packs.realm.chat.operations import RealmOperations

WEB = WebPart(
    routes=(*channels.routes, *sending.routes, *messages.routes, *message_changes.routes),
    provides=(WritePermissions, Sender),
    topics=TOPICS,
    live_sources=(LiveMessages,),
    operations=(RealmOperations,),
)
