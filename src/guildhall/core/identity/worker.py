"""The objects of identity that workers hold."""

from guildhall.core.identity import jobs as session_jobs
from guildhall.core.identity import mails, upkeep
from guildhall.core.identity.messages import (
    AccountDeleted,
    AccountSuspended,
    CleanUpSessions,
    ExpireSubscriptions,
    IdentityUnlinked,
    SendAccountMail,
    SendTokenMail,
    TidyAccounts,
)
from guildhall.core.jobs.bindings import On, hourly
from guildhall.pack import WorkerPart

WORKER = WorkerPart(
    messages=(AccountDeleted, AccountSuspended, IdentityUnlinked),
    handlers=(
        On(CleanUpSessions, session_jobs.clean_up_sessions, schedule=hourly(minute=10)),
        On(SendTokenMail, mails.send_token_mail),
        On(SendAccountMail, mails.send_account_mail),
        On(TidyAccounts, upkeep.tidy_accounts, schedule=hourly(minute=20)),
        On(ExpireSubscriptions, upkeep.expire_subscriptions, schedule=hourly(minute=5)),
    ),
    keep_months=lambda settings: {"core.security_events": settings.keep_event_months},
)
