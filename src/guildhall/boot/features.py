"""The core features that are wired as packs are: each a slice that is always on."""

from guildhall.core.identity import jobs as session_jobs
from guildhall.core.identity import mails, upkeep
from guildhall.core.identity.actions.flows import Flows
from guildhall.core.identity.actions.second_factors import TOTP_SECRET
from guildhall.core.identity.api import (
    account,
    api_tokens,
    emails,
    export,
    identities,
    passkeys,
    passwords,
    second_factors,
    sessions,
    sign_in,
    stripe,
)
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.exports import EXPORTS, Exporter
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.messages import (
    AccountDeleted,
    CleanUpSessions,
    ExpireSubscriptions,
    IdentityUnlinked,
    SendAccountMail,
    SendTokenMail,
    TidyAccounts,
)
from guildhall.core.identity.oauth.http import ProviderCalls
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.principal import Authenticator, caller, principal, viewer, visitor
from guildhall.core.identity.providers import Providers
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.sandbox.mailbox import mailbox_overrides, make_mailbox
from guildhall.core.identity.sandbox.oidc import make_oidc, oidc_overrides
from guildhall.core.identity.sandbox.poe import make_poe, poe_overrides
from guildhall.core.identity.sandbox.steam import make_steam, steam_overrides
from guildhall.core.identity.schemas import FLOW_VERIFIER
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.core.jobs.bindings import On, daily, hourly, minutely
from guildhall.core.notify import jobs as notice_jobs
from guildhall.core.notify import sandbox as notice_sandbox
from guildhall.core.notify.actions.dispatch import WEBHOOK_URL
from guildhall.core.notify.api import notifications, preferences, webhooks
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.exports import NOTICE_EXPORTS
from guildhall.core.notify.messages import CleanUpNotices, DispatchNotices
from guildhall.core.notify.sender import NoticeSender
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.notify.streams import NoticeStreams
from guildhall.core.realtime import api as realtime_api
from guildhall.core.realtime import jobs as realtime_jobs
from guildhall.core.realtime.measures import live_metrics
from guildhall.core.realtime.messages import ForgetLiveEvents
from guildhall.core.realtime.server import LiveServer
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.vault import cli as vault_cli
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.migrate import Branch
from guildhall.pack import Sandbox, Slice

VAULT = Slice(
    name="vault",
    settings=VaultSettings,
    migrations=Branch("vault", "guildhall.core.vault.migrations"),
    services=(Vault,),
    commands=vault_cli.commands,
)

IDENTITY = Slice(
    name="identity",
    settings=IdentitySettings,
    migrations=Branch("identity", "guildhall.core.identity.migrations"),
    services=(AccessTokens, KeyedHash, ProviderCalls, Providers, Passwords, Mailer, Exporter),
    provides={"revocations": Revocations, "page_cookies": Cookies, "authenticator": Authenticator, "flows": Flows},
    dependencies={"visitor": visitor, "principal": principal, "viewer": viewer, "caller": caller},
    routes=(
        sessions.routes,
        sign_in.routes,
        identities.routes,
        api_tokens.routes,
        passwords.routes,
        emails.routes,
        second_factors.routes,
        passkeys.routes,
        account.routes,
        export.routes,
        stripe.routes,
    ),
    messages=(
        AccountDeleted,
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
    sandboxes=(
        Sandbox("mailbox", make_mailbox, mailbox_overrides),
        Sandbox("oidc", make_oidc, oidc_overrides),
        Sandbox("poe", make_poe, poe_overrides),
        Sandbox("steam", make_steam, steam_overrides),
    ),
    keep_months=lambda settings: {"core.security_events": settings.keep_event_months},
    sealed=(TOTP_SECRET, FLOW_VERIFIER),
    exports=EXPORTS,
)

REALTIME = Slice(
    name="realtime",
    settings=RealtimeSettings,
    migrations=Branch("realtime", "guildhall.core.realtime.migrations"),
    routes=(realtime_api.routes,),
    provides={"live_server": LiveServer},
    metrics=live_metrics,
    messages=(ForgetLiveEvents,),
    handlers=(On(ForgetLiveEvents, realtime_jobs.forget_events),),
    schedule=(hourly(ForgetLiveEvents(), minute=25),),
)

NOTIFY = Slice(
    name="notify",
    settings=NotifySettings,
    migrations=Branch("notify", "guildhall.core.notify.migrations"),
    services=(NoticeSender,),
    provides={"notice_streams": NoticeStreams, "notice_center": NoticeCenter},
    routes=(notifications.routes, preferences.routes, webhooks.routes),
    messages=(DispatchNotices, CleanUpNotices),
    handlers=(On(DispatchNotices, notice_jobs.dispatch_notices), On(CleanUpNotices, notice_jobs.clean_up_notices)),
    schedule=(minutely(DispatchNotices()), daily(CleanUpNotices(), hour=3, minute=40)),
    sandboxes=(Sandbox("notify", notice_sandbox.make_app, notice_sandbox.overrides),),
    sealed=(WEBHOOK_URL,),
    exports=NOTICE_EXPORTS,
)

FEATURES: tuple[Slice, ...] = (VAULT, IDENTITY, REALTIME, NOTIFY)
