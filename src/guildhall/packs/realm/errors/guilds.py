"""Why nothing comes of it with a guild."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.errors.access import Forbidden


class GuildNotFound(NotFound):
    """There is no such guild on the viewer's server."""

    code = "realm.guild_not_found"
    title = "Guild not found"

    def __init__(self) -> None:
        super().__init__("There is no such guild.")


class NotInGuild(NotFound):
    """The person is in no guild, or not in this one."""

    code = "realm.not_in_guild"
    title = "Not in the guild"


class GuildInvitationNotFound(NotFound):
    """There is no invitation, or it has expired."""

    code = "realm.guild_invitation_not_found"
    title = "No invitation"

    def __init__(self) -> None:
        super().__init__("There is no such invitation, or it has expired.")


class RankTooLow(Forbidden):
    """The viewer's rank in the guild does not allow this, or the viewer has none."""

    code = "realm.rank_too_low"
    title = "Your rank does not allow this"


class InGuild(Conflict):
    """One person is in one guild at a time."""

    code = "realm.in_guild"
    title = "In a guild already"


class GuildFull(Conflict):
    """The guild has no place left."""

    code = "realm.guild_full"
    title = "The guild is full"


class GuildNameTaken(Conflict):
    """Another guild is called so, however it is written."""

    code = "realm.guild_name_taken"
    title = "Name taken"

    def __init__(self) -> None:
        super().__init__("Another guild is called so.")


class GuildDisbanded(Conflict):
    """The guild has ended."""

    code = "realm.guild_disbanded"
    title = "The guild was disbanded"

    def __init__(self) -> None:
        super().__init__("The guild was disbanded.")
