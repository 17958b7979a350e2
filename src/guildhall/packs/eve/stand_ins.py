"""The stand-ins of the eve pack, as the sandbox server mounts them."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from guildhall.pack import Sandbox
from guildhall.packs.eve.sandbox import SandboxOptions, make_app
from guildhall.packs.eve.settings import EveSettings


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


SANDBOXES = (Sandbox("eve", _make_sandbox, _sandbox_overrides),)
