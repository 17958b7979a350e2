"""The parts of the core features that workers hold."""

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
from guildhall.core.jobs.bindings import On, daily, hourly, minutely
from guildhall.core.notify import jobs as notice_jobs
from guildhall.core.notify.messages import CleanUpNotices, DispatchNotices
from guildhall.core.realtime import jobs as realtime_jobs
from guildhall.core.realtime.messages import ForgetLiveEvents
from guildhall.pack import WorkerPart

IDENTITY = WorkerPart(
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

REALTIME = WorkerPart(
    messages=(ForgetLiveEvents,),
    handlers=(On(ForgetLiveEvents, realtime_jobs.forget_events),),
    schedule=(minutely(ForgetLiveEvents(), due=realtime_jobs.EVENTS_TO_FORGET),),
)

NOTIFY = WorkerPart(
    messages=(DispatchNotices, CleanUpNotices),
    handlers=(
        On(DispatchNotices, notice_jobs.dispatch_notices),
        On(CleanUpNotices, notice_jobs.clean_up_notices),
        On(AccountDeleted, notice_jobs.forget_account),
    ),
    schedule=(
        minutely(DispatchNotices(), due=notice_jobs.NOTICES_DUE),
        daily(CleanUpNotices(), hour=3, minute=40),
    ),
)
