"""The objects of the projections that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.follow.actions.followers import Followers

WEB = WebPart(provides=(Followers,))
