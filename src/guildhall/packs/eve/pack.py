"""The manifest of the eve pack."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from guildhall.core.jobs.bindings import On, daily, minutely
from guildhall.db.migrate import Branch
from guildhall.pack import Demo, Pack, Sandbox
from guildhall.packs.eve import cli, demo, messages
from guildhall.packs.eve.api import assets, characters, mails, overview, skills, universe
from guildhall.packs.eve.exports import EXPORTS
from guildhall.packs.eve.jobs import events, sync, tokens
from guildhall.packs.eve.notices import KINDS
from guildhall.packs.eve.provider import providers
from guildhall.packs.eve.sandbox import SandboxOptions, make_app
from guildhall.packs.eve.schemas.characters import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.seed import seed
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.upstream.client import ESI


def _recordings() -> Path:
    """The folder of recorded answers, which need not be there."""
    return Path.cwd().parent / "shared" / "data" / "eve"


def sandbox_options(settings: EveSettings) -> SandboxOptions:
    """The sandbox's world, as the settings say."""
    return SandboxOptions(seed=settings.sandbox_seed, pilots=settings.sandbox_pilots, recordings=_recordings())


def _make_sandbox(settings: EveSettings) -> web.Application:
    return make_app(sandbox_options(settings))


def _sandbox_overrides(settings: EveSettings, address: str) -> Mapping[str, str]:
    options = sandbox_options(settings)
    return {
        "GUILDHALL_EVE_SSO_URL": f"{address}/sso",
        "GUILDHALL_EVE_ESI_URL": f"{address}/esi",
        "GUILDHALL_EVE_CLIENT_ID": options.client_id,
        "GUILDHALL_EVE_CLIENT_SECRET": options.client_secret,
        "GUILDHALL_EVE_DOWNTIME_MINUTES": "0",
    }


def _keep_months(settings: EveSettings) -> Mapping[str, int]:
    if settings.keep_months is None:
        return {}
    return {"eve.wallet_journal": settings.keep_months, "eve.wallet_transactions": settings.keep_months}


EVE = Pack(
    name="eve",
    title="EVE Online",
    settings=EveSettings,
    migrations=Branch("eve", "guildhall.packs.eve.migrations"),
    upstreams=(ESI,),
    provides={"overviews": overview.Overviews, "universe": universe.Universe},
    routes=(
        characters.reads,
        characters.writes,
        overview.routes,
        skills.routes,
        mails.routes,
        assets.routes,
        universe.routes,
        universe.public,
    ),
    messages=(
        messages.SyncCharacter,
        messages.SyncCharacters,
        messages.SyncDueCharacters,
        messages.RefreshTokens,
        messages.RevokeTokens,
        messages.SyncAffiliations,
        messages.SyncStatus,
        messages.CharacterSold,
        messages.FireAlarms,
        messages.ForgetAlarms,
        messages.ResolveNames,
    ),
    services=sync.SERVICES,
    handlers=(
        *sync.HANDLERS,
        *tokens.HANDLERS,
        On(messages.FireAlarms, events.fire_alarms),
        On(messages.ForgetAlarms, events.forget_old_alarms),
        On(messages.ResolveNames, events.resolve_names),
    ),
    schedule=(
        *sync.SCHEDULE,
        *tokens.SCHEDULE,
        minutely(messages.FireAlarms()),
        daily(messages.ForgetAlarms(), hour=3, minute=50),
    ),
    sandboxes=(Sandbox("eve", _make_sandbox, _sandbox_overrides),),
    providers=providers,
    sealed=(ACCESS_TOKEN, REFRESH_TOKEN),
    exports=EXPORTS,
    notices=KINDS,
    keep_months=_keep_months,
    commands=cli.commands,
    demo=Demo(demo.prepare, demo.lines, hints=demo.hints),
    seed=seed,
)
