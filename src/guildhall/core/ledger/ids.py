"""Ids of the ledger."""

from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
"""The id of an account, `core.ledger_accounts`."""

PostingId = NewType("PostingId", UUID)
"""The id of a posting, `core.ledger_postings`; younger ones are larger."""

HoldId = NewType("HoldId", UUID)
"""The id of a hold, `core.ledger_holds`; younger ones are larger."""
