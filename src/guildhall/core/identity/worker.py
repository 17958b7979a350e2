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
    messages=(
        AccountDeleted,
        AccountSuspended,
        IdentityUnlinked,
        CleanUpSessions,
        SendTokenMail,
        SendAccountMail,
        TidyAccounts,
        ExpireSubscriptions,
    ),
    handlers=(
        On(CleanUpSessions, session_jobs.clean_up_sessions),
        On(SendTokenMail, mails.send_token_mail),
        On(SendAccountMail, mails.send_account_mail),
        On(TidyAccounts, upkeep.tidy_accounts),
        On(ExpireSubscriptions, upkeep.expire_subscriptions),
    ),
    schedule=(
        hourly(CleanUpSessions(), minute=10),
        hourly(TidyAccounts(), minute=20),
        hourly(ExpireSubscriptions(), minute=5),
    ),
    keep_months=lambda settings: {"core.security_events": settings.keep_event_months},
)
