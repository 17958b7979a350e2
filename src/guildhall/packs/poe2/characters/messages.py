"""Facts about characters, sent in the transaction in which they were seen."""

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class CharacterSeen(Message, frozen=True):
    """A person watches another character, or one of theirs has another level."""

    user_id: UserId
