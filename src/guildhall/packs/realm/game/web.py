"""The objects of game servers that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.game import api
from guildhall.packs.realm.game.actions.messages import GameVoice

WEB = WebPart(routes=api.routes, provides=(GameVoice,), larger_bodies=api.larger_bodies)
