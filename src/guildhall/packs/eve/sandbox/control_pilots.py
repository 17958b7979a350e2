"""The control plane of pilots and their tokens."""

from typing import Literal

import msgspec
from aiohttp import web
from msgspec import Struct

from guildhall.packs.eve.sandbox.context import CLOCK, GRANTS, OPTIONS, WORLD
from guildhall.packs.eve.sandbox.happenings import CHANGES, HAPPENINGS
from guildhall.packs.eve.sandbox.minting import WantedToken, minted
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.answers import reply
from guildhall.sandbox.control import asked_number, checked


class TokensChange(Struct, forbid_unknown_fields=True):
    """End a pilot's access tokens ("expire") or the refresh tokens too ("revoke")."""

    action: Literal["expire", "revoke"]


class Sale(Struct, forbid_unknown_fields=True):
    """A pilot gets another owner; with `tokens` "refresh" the old refresh tokens go on, for the new owner."""

    tokens: Literal["revoked", "refresh"] = "revoked"


async def show_pilots(request: web.Request) -> web.Response:
    """GET: the pilots."""
    return reply([_shown(pilot) for pilot in request.app[WORLD].pilots.values()])


async def change_tokens(request: web.Request) -> web.Response:
    """POST: end a pilot's tokens."""
    pilot = asked_pilot(request)
    change = msgspec.json.decode(await request.read(), type=TokensChange)
    pilot.access_generation += 1
    if change.action == "revoke":
        pilot.generation += 1
    return reply(_shown(pilot))


async def sell(request: web.Request) -> web.Response:
    """POST: a pilot gets another owner."""
    pilot = asked_pilot(request)
    sale = msgspec.json.decode(await request.read() or b"{}", type=Sale)
    pilot.owners += 1
    if sale.tokens == "revoked":
        pilot.generation += 1
        pilot.access_generation += 1
    return reply(_shown(pilot))


async def delete_pilot(request: web.Request) -> web.Response:
    """DELETE: the character is gone."""
    pilot = asked_pilot(request)
    pilot.deleted = True
    return reply(_shown(pilot))


async def happen(request: web.Request) -> web.Response:
    """POST: something happens to a pilot."""
    pilot, happening = asked_pilot(request), HAPPENINGS.get(request.match_info["what"])
    if happening is None:
        raise LookupError(f"what may happen: {', '.join(HAPPENINGS)}")
    return reply(happening(request.app[WORLD], pilot, await request.read() or b"{}"))


async def change_thing(request: web.Request) -> web.Response:
    """POST: something happens to one thing of a pilot."""
    pilot, change = asked_pilot(request), CHANGES.get(request.match_info["what"])
    if change is None:
        raise LookupError(f"what may change: {', '.join(CHANGES)}")
    return reply(change(request.app[WORLD], pilot, asked_number(request, "thing_id"), await request.read() or b"{}"))


async def mint(request: web.Request) -> web.Response:
    """POST: an access token, right or wrong."""
    wanted, app = msgspec.json.decode(await request.read(), type=WantedToken), request.app
    pilot = app[WORLD].pilots.get(wanted.character_id)
    if pilot is None:
        raise LookupError(f"no pilot {wanted.character_id}")
    base = app[OPTIONS].address
    if base is None:
        base = f"{request.url.origin()}{request.path[: request.path.rindex('/_sandbox/')]}"
    token = minted(app[GRANTS], pilot, wanted, f"{base.rstrip('/')}/sso", app[CLOCK].sso_now())
    return reply({"access_token": token})


def _shown(pilot: Pilot) -> dict[str, object]:
    return {
        "id": pilot.id,
        "name": pilot.name,
        "corporation_id": pilot.corporation_id,
        "corporation": pilot.corporation,
        "owner": pilot.owner,
        "account": f"pilot{pilot.account + 1}",
        "deleted": pilot.deleted,
    }


def pilot_routes() -> list[web.RouteDef]:
    """The routes of pilots and their tokens."""
    one = "/_sandbox/pilots/{character_id}"
    return [
        web.post("/_sandbox/tokens", checked(mint)),
        web.get("/_sandbox/pilots", checked(show_pilots)),
        web.delete(one, checked(delete_pilot)),
        web.post(f"{one}/tokens", checked(change_tokens)),
        web.post(f"{one}/sale", checked(sell)),
        web.post(f"{one}/{{what}}", checked(happen)),
        web.post(f"{one}/{{what}}/{{thing_id}}", checked(change_thing)),
    ]


def asked_pilot(request: web.Request) -> Pilot:
    """Return the pilot of the path. Raises LookupError for an unknown one."""
    pilot = request.app[WORLD].pilots.get(asked_number(request, "character_id"))
    if pilot is None:
        raise LookupError(f"no pilot {request.match_info['character_id']}")
    return pilot
