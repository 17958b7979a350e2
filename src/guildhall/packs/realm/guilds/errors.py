"""Errors of guilds."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.access.errors.permissions import Forbidden


class GuildNotFound(NotFound):
    says = "Guild not found."


class NotInGuild(NotFound):
    says = "Not in the guild: this person is not a member of it."


class GuildInvitationNotFound(NotFound):
    says = "No invitation: there is none, or it has expired."


class RankTooLow(Forbidden):
    says = "Your rank does not allow this."


class InGuild(Conflict):
    says = "In a guild already: leave it first."


class GuildFull(Conflict):
    says = "The guild is full."


class GuildNameTaken(Conflict):
    says = "Name taken: another guild has this name, perhaps in another spelling."


class GuildDisbanded(Conflict):
    says = "The guild was disbanded."
