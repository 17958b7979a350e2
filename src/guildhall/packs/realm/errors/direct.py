"""What goes wrong with direct messages."""

from guildhall.errors import Conflict, NotFound, TooManyRequests
from guildhall.packs.realm.errors.access import Forbidden


class Blocked(Forbidden):
    """The person does not take messages of the sender."""

    code = "realm.blocked"
    title = "Not taken"

    def __init__(self) -> None:
        super().__init__("This person does not take messages from you.")


class BlockedByYou(Conflict):
    """The sender blocks the person."""

    code = "realm.blocked_by_you"
    title = "You block this person"

    def __init__(self) -> None:
        super().__init__("You block this person; unblock them first.")


class ToYourself(Conflict):
    """Sender and recipient are one."""

    code = "realm.to_yourself"
    title = "That is you"

    def __init__(self) -> None:
        super().__init__("Nobody writes to themselves, or blocks themselves.")


class KeyTaken(Conflict):
    """The client's key is that of a message to somebody else."""

    code = "realm.client_key_taken"
    title = "The key is taken"

    def __init__(self) -> None:
        super().__init__("The client_key belongs to a message that you sent to somebody else.")


class DirectMessageNotFound(NotFound):
    """There is no such message of the viewer's."""

    code = "realm.direct_message_not_found"
    title = "Message not found"

    def __init__(self) -> None:
        super().__init__("There is no such message of yours.")


class TooManyDirect(TooManyRequests):
    """The sender has sent as many as one may in a minute."""

    code = "realm.direct_rate_limited"
    title = "Too many messages"


class TooManyBlocks(Conflict):
    """The viewer blocks as many as one may."""

    code = "realm.too_many_blocks"
    title = "Too many blocks"

    def __init__(self, most: int) -> None:
        super().__init__(f"One blocks {most} people at most.")
