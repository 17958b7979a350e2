"""Errors of channels."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.access.errors.permissions import Forbidden


class ChannelNameTaken(Conflict):
    says = "The name is taken: another channel of this server has it."


class TooManyChannels(Conflict):
    says = "Too many channels: a server has {most} open channels at most; close one first."
    most: int


class ChannelFollows(Conflict):
    says = "It follows its guild, party or raid: the members of this channel are theirs."


class InvitationNeeded(Forbidden):
    says = "Somebody must add you: a moderator adds the members of this channel."


class MemberNotFound(NotFound):
    says = "No such member: this person is not a member of the channel."
