"""The objects of accounts that workers hold."""

from guildhall.core.identity.accounts.messages import AccountDeleted, AccountRenamed, AccountSuspended
from guildhall.pack import WorkerPart

WORKER = WorkerPart(messages=(AccountDeleted, AccountRenamed, AccountSuspended))
