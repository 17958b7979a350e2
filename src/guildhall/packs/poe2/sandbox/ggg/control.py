"""The control plane: people and characters changed by hand, the consent, the limits, the shapes."""

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from guildhall.packs.poe2.sandbox.ggg.context import GRANTS, POLICIES, WORLD
from guildhall.packs.poe2.sandbox.ggg.items import Shape
from guildhall.packs.poe2.sandbox.ggg.limits import PoliciesChange
from guildhall.packs.poe2.sandbox.ggg.sheets import line_of
from guildhall.packs.poe2.sandbox.ggg.world import Account
from guildhall.sandbox.answers import reply
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS
from guildhall.sandbox.control import call_routes, checked, clock_routes, fault_routes, limit_routes
from guildhall.sandbox.modes import Fault


class CharacterChange(Struct, forbid_unknown_fields=True):
    """Changes of a character; absent ones stay. `play_hours` are hours of play at once, `swap` gives another weapon."""

    name: str | UnsetType = UNSET
    league: str | UnsetType = UNSET
    realm: str | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    expired: bool | UnsetType = UNSET
    play_hours: float | UnsetType = UNSET
    swap: bool = False


class AccountChange(Struct, forbid_unknown_fields=True):
    """Changes of a person: another name, or a revocation of every token, as at My Applications."""

    name: str | UnsetType = UNSET
    revoke: bool = False


class SwitchesChange(Struct, forbid_unknown_fields=True):
    """`approve` consents to each sign-in as that person, null asks again; `shape` is that of modifiers."""

    approve: str | UnsetType | None = UNSET
    shape: Shape | UnsetType = UNSET


async def show_accounts(request: web.Request) -> web.Response:
    """GET: the people with their characters."""
    app = request.app
    now = app[CLOCK].now()
    return reply([_shown(one, now, app[GRANTS].living(one, now)) for one in app[WORLD].accounts.values()])


def _shown(account: Account, now: float, tokens: int) -> dict[str, object]:
    lines = [line_of(one, now) for one in account.characters]
    return {"sub": account.sub, "name": account.name, "tokens": tokens, "characters": lines}


async def change_account(request: web.Request) -> web.Response:
    """POST: change a person."""
    change = msgspec.json.decode(await request.read(), type=AccountChange)
    account = request.app[WORLD].named(request.match_info["account"])
    if account is None:
        raise LookupError("no such person")
    if change.name is not UNSET:
        account.name = change.name
    account.generation += change.revoke
    return await show_accounts(request)


async def change_character(request: web.Request) -> web.Response:
    """POST: change a character, by its name or id."""
    change = msgspec.json.decode(await request.read(), type=CharacterChange)
    world = request.app[WORLD]
    _, character = world.character(request.match_info["character"])
    for name in ("name", "league", "realm", "deleted", "expired"):
        if (value := getattr(change, name)) is not UNSET:
            setattr(character, name, value)
    if change.play_hours is not UNSET:
        character.further += change.play_hours
    character.touched += change.swap
    return reply(line_of(character, request.app[CLOCK].now()))


async def change_switches(request: web.Request) -> web.Response:
    """POST: change the switches, and show them."""
    change = msgspec.json.decode(await request.read(), type=SwitchesChange)
    world = request.app[WORLD]
    if change.approve is not UNSET:
        if change.approve is not None and world.named(change.approve) is None:
            raise LookupError(f"no person {change.approve}")
        world.approve = change.approve
    if change.shape is not UNSET:
        world.shape = change.shape
    return reply({"approve": world.approve, "shape": world.shape})


def control_routes() -> list[web.RouteDef]:
    """The routes of the control plane."""
    return [
        web.get("/_sandbox/accounts", checked(show_accounts)),
        web.post("/_sandbox/accounts/{account}", checked(change_account)),
        web.post("/_sandbox/characters/{character}", checked(change_character)),
        web.post("/_sandbox/switches", checked(change_switches)),
        *fault_routes(FAULTS, Fault),
        *limit_routes(POLICIES, PoliciesChange),
        *clock_routes(CLOCK),
        *call_routes(CALLS),
    ]
