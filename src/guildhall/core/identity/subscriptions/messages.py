"""Jobs of subscriptions."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ExpireSubscriptions(Message, frozen=True):
    """End the subscriptions whose time is over and of which Stripe has said nothing."""

    name: ClassVar[str] = "identity.expire_subscriptions"
    unique: ClassVar[bool] = True
