"""What cannot be done with a channel."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.errors.access import Forbidden


class ChannelNameTaken(Conflict):
    """Another open channel of the server has that name."""

    code = "realm.channel_name_taken"
    title = "The name is taken"

    def __init__(self) -> None:
        super().__init__("Another channel of this server has that name.")


class TooManyChannels(Conflict):
    """The server has as many channels as it may."""

    code = "realm.too_many_channels"
    title = "Too many channels"

    def __init__(self, most: int) -> None:
        super().__init__(f"A server has {most} open channels at most; close one first.")


class ChannelFollows(Conflict):
    """The channel belongs to a guild, party or raid, which says who is in it and how long it is there."""

    code = "realm.channel_follows"
    title = "It follows its guild, party or raid"

    def __init__(self) -> None:
        super().__init__("The members of this channel are those of its guild, party or raid.")


class InvitationNeeded(Forbidden):
    """Nobody joins this channel without being added."""

    code = "realm.invitation_needed"
    title = "Somebody must add you"

    def __init__(self) -> None:
        super().__init__("A moderator adds the members of this channel.")


class MemberNotFound(NotFound):
    """There is no such member."""

    code = "realm.member_not_found"
    title = "No such member"

    def __init__(self) -> None:
        super().__init__("This person is no member of the channel.")
