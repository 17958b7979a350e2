"""Messages of the ledger."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.core.ledger.ids import AccountId


class ExpireHolds(Message, frozen=True):
    """Free what holds reserved whose time has come."""

    name: ClassVar[str] = "ledger.expire_holds"
    unique: ClassVar[bool] = True


class CheckLedger(Message, frozen=True):
    """Recount the accounts behind one, all of them without it."""

    name: ClassVar[str] = "ledger.check"

    after: AccountId | None = None

    def unique_key(self) -> str | None:
        """Return the key of a part: the next one is queued while the one before it runs."""
        return f"{self.name}:{self.after}"


class ForgetHolds(Message, frozen=True):
    """Delete holds that ended long ago."""

    name: ClassVar[str] = "ledger.forget_holds"
    unique: ClassVar[bool] = True
