"""The stand-ins of the realm pack, as the sandbox server mounts them."""

from collections.abc import Mapping

from aiohttp import web

from guildhall.pack import Sandbox
from guildhall.packs.realm.sandbox import make_app
from guildhall.packs.realm.settings import RealmSettings


def _make_sandbox(_: RealmSettings) -> web.Application:
    return make_app()


def _sandbox_overrides(_: RealmSettings, address: str) -> Mapping[str, str]:
    return {"GUILDHALL_REALM_SANDBOX_URL": address}


SANDBOXES = (Sandbox("realm", _make_sandbox, _sandbox_overrides),)
