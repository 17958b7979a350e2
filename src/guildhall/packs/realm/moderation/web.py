"""The objects of moderation that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.moderation import api
from guildhall.packs.realm.moderation.actions.filtering import WordFilters

WEB = WebPart(routes=api.routes, provides=(WordFilters,))
