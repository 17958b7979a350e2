"""What cannot be done with a message."""

from guildhall.errors import BadRequest, Conflict, GuildhallError, NotFound
from guildhall.packs.realm.errors.access import Forbidden


class MessageNotFound(NotFound):
    """There is no such message, or the viewer may not know of it."""

    code = "realm.message_not_found"
    title = "Message not found"

    def __init__(self) -> None:
        super().__init__("There is no such message.")


class MessageDeleted(Conflict):
    """The message was deleted."""

    code = "realm.message_deleted"
    title = "The message was deleted"

    def __init__(self) -> None:
        super().__init__("The message was deleted; nothing is done to it any more.")


class EditWindowOver(Forbidden):
    """The message is too old to be edited."""

    code = "realm.edit_window_over"
    title = "Too late to edit"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"A message can be edited for {minutes} minutes.")


class OneDirection(BadRequest):
    """A page goes before a message or after one."""

    code = "realm.one_direction"
    title = "Before or after"

    def __init__(self) -> None:
        super().__init__("Ask for what is before a message or for what is after one, not for both.")


class ReactionRefused(GuildhallError):
    """The text is no reaction."""

    status = 422
    code = "realm.reaction_refused"
    title = "Reaction refused"

    def __init__(self) -> None:
        super().__init__("A reaction is an emoji or a word of at most 32 characters, without white space.")


class TooManyReactions(Conflict):
    """The message has as many different reactions as it may."""

    code = "realm.too_many_reactions"
    title = "Too many reactions"

    def __init__(self, most: int) -> None:
        super().__init__(f"A message has {most} different reactions at most.")


class TooManyPins(Conflict):
    """The channel has as many pins as it may."""

    code = "realm.too_many_pins"
    title = "Too many pins"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel has {most} pinned messages at most; unpin one first.")


class NothingToSearch(GuildhallError):
    """The search has no word that the index knows."""

    status = 422
    code = "realm.nothing_to_search"
    title = "Nothing to search for"

    def __init__(self) -> None:
        super().__init__("These words are too common to be searched for, or there is none.")
