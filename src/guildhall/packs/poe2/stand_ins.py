"""The stand-ins of the poe2 pack, as the sandbox server mounts them."""

from collections.abc import Mapping

from aiohttp import web

from guildhall.pack import Sandbox
from guildhall.packs.poe2.sandbox.ggg import GggOptions, make_app
from guildhall.packs.poe2.sandbox.market import make_scout
from guildhall.packs.poe2.settings import Poe2Settings


def _make_scout(settings: Poe2Settings) -> web.Application:
    return make_scout(settings.sandbox_seed)


def _scout_overrides(_: Poe2Settings, address: str) -> Mapping[str, str]:
    return {
        "GUILDHALL_POE2_SCOUT_URL": address,
        "GUILDHALL_POE2_SCOUT_CONTACT": "sandbox@example.com",
        "GUILDHALL_POE2_SCOUT_MINUTE_LIMIT": "0",
    }


def _make_ggg(_: Poe2Settings) -> web.Application:
    return make_app()


def _ggg_overrides(_: Poe2Settings, address: str) -> Mapping[str, str]:
    options = GggOptions()
    return {
        "GUILDHALL_POE2_SIGN_IN_URL": address,
        "GUILDHALL_POE2_API_URL": f"{address}/api",
        "GUILDHALL_POE2_CLIENT_ID": options.client_id,
        "GUILDHALL_POE2_CLIENT_SECRET": options.client_secret or "",
    }


SANDBOXES = (
    Sandbox("poe2scout", _make_scout, _scout_overrides),
    Sandbox("poe", _make_ggg, _ggg_overrides),
)
