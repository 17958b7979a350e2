"""Errors of the ledger."""

from guildhall.core.ledger.ids import AccountId
from guildhall.errors import Conflict, NotFound


class AccountNotFound(NotFound):
    says = "Account not found."


class AccountClosed(Conflict):
    says = "Account closed: it takes no more postings."


class BalanceTooLow(Conflict):
    says = "Balance too low: {free} are free in the account {account}."
    free: int
    account: AccountId


class AccountFull(Conflict):
    says = "Account full: it holds no more."


class PostingKeyReused(Conflict):
    says = "Key reused: the same key was used for another posting or hold."


class HoldNotFound(NotFound):
    says = "Hold not found."


class HoldEnded(Conflict):
    says = "Hold ended: it is {state}."
    state: str
