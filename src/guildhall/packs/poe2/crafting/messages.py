"""Facts about crafting sessions, sent in the transaction of the change."""

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import CraftingSessionId


class SessionCompleted(Message, frozen=True):
    """A person has completed a session, or said afterwards how it ended."""

    user_id: UserId
    session_id: CraftingSessionId
