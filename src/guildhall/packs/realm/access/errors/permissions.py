"""Errors of permissions."""

from guildhall.errors import Conflict, NotFound, PermissionDenied


class Forbidden(PermissionDenied):
    says = "Permission denied: you do not have the permission for this."


class NoProfile(Conflict):
    says = "No character yet: make one on a server first, with PUT /api/v1/realm/me."


class ServerNotFound(NotFound):
    says = "Server not found."


class ChannelNotFound(NotFound):
    says = "Channel not found."


class UserNotFound(NotFound):
    says = "Person not found: there is no such person here."


class ReadOnly(Forbidden):
    says = "You may not write here: only members may."


class LevelTooLow(Forbidden):
    says = "Level too low: this channel is for level {min_level} and above."
    min_level: int


class Muted(Forbidden):
    says = "You are muted: a moderator has muted you {until}."
    until: str
    retry_after: int | None


class Banned(Forbidden):
    says = "You are banned: you may not enter this server or this channel."


class KeyReused(Conflict):
    says = "Key used for something else: an earlier request had this key and asked for something different."


class MessageNotFound(NotFound):
    says = "Message not found."


class NothingToFollow(NotFound):
    says = "Nothing to follow: there is no such thing, or you do not belong to it."
