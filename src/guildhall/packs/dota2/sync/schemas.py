"""The answer to a requested refresh."""

from uuid import UUID

from msgspec import Struct

from guildhall.packs.dota2.answers.schemas import Account


class RefreshAccepted(Struct, frozen=True):
    """The refresh is queued. `job_id` is null when one was waiting or running already."""

    account_id: Account
    queued: bool
    job_id: UUID | None
