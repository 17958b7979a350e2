"""The objects of identity that workers hold."""

from guildhall.core.identity.accounts.messages import AccountDeleted, AccountSuspended
from guildhall.core.identity.emails import jobs as emails
from guildhall.core.identity.emails.messages import SendAccountMail, SendTokenMail
from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.identity.subscriptions import jobs as subscriptions
from guildhall.core.identity.subscriptions.messages import ExpireSubscriptions
from guildhall.core.identity.upkeep import jobs as upkeep
from guildhall.core.identity.upkeep.messages import CleanUpSessions, TidyAccounts
from guildhall.core.jobs.bindings import On, hourly
from guildhall.pack import WorkerPart

WORKER = WorkerPart(
    messages=(AccountDeleted, AccountSuspended, IdentityUnlinked),
    handlers=(
        On(CleanUpSessions, upkeep.clean_up_sessions, schedule=hourly(minute=10)),
        On(SendTokenMail, emails.send_token_mail),
        On(SendAccountMail, emails.send_account_mail),
        On(TidyAccounts, upkeep.tidy_accounts, schedule=hourly(minute=20)),
        On(ExpireSubscriptions, subscriptions.expire_subscriptions, schedule=hourly(minute=5)),
    ),
    keep_months=lambda settings: {"core.security_events": settings.keep_event_months},
)
