"""The stand-ins of the dota2 pack, as the sandbox server mounts them."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from guildhall.pack import Sandbox
from guildhall.packs.dota2.sandbox import SandboxOptions, make_app
from guildhall.packs.dota2.settings import Dota2Settings


def recordings(settings: Dota2Settings) -> Path:
    """The folder of recorded answers, which need not be there."""
    return settings.recordings or Path.cwd().parent / "shared" / "data" / "dota2"


def sandbox_options(settings: Dota2Settings) -> SandboxOptions:
    return SandboxOptions(
        seed=settings.sandbox_seed,
        players=settings.sandbox_players,
        minute_limit=settings.sandbox_minute_limit,
        day_limit=settings.sandbox_day_limit,
        recordings=recordings(settings),
    )


def _make_sandbox(settings: Dota2Settings) -> web.Application:
    return make_app(sandbox_options(settings))


def _sandbox_overrides(_: Dota2Settings, address: str) -> Mapping[str, str]:
    return {"GUILDHALL_DOTA2_OPENDOTA_URL": f"{address}/api"}


SANDBOXES = (Sandbox("opendota", _make_sandbox, _sandbox_overrides),)
