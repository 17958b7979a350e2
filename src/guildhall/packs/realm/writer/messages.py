"""Messages to the worker about the writer's keys."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ForgetMessageKeys(Message, frozen=True):
    """Forget clients' names of messages that are too old to be sent again."""

    name: ClassVar[str] = "realm.forget_message_keys"
    unique: ClassVar[bool] = True
