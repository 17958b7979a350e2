"""The objects of guilds that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.guilds.api import guilds, invitations, members, progress
from guildhall.packs.realm.guilds.live import TOPICS

WEB = WebPart(routes=(*guilds.routes, *members.routes, *invitations.routes, *progress.routes), topics=TOPICS)
