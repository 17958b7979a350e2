"""Providers: the core's by settings, the packs' by declaration, and the share that a pack keeps of a sign-in."""

from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from guildhall.clock import Clock
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.errors import ProviderUnknown
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.providers import DeclaredProviders, Providers
from guildhall.core.identity.sign_in.schemas import Claims, Grant, Provider
from guildhall.core.vault.schemas import Secret
from guildhall.db.pool import Transaction
from guildhall.errors import Conflict, Misconfigured
from guildhall.ids import UserId, uuid7
from tests.core.identity.make import Browser, stand_ins


@pytest.fixture
async def servers():
    async with stand_ins() as running:
        yield running


def provider(name="game", keep=None):
    return Provider(
        name=name, title="A game", client_id="c", client_secret=SecretStr("s"),
        authorize_url="https://game.example/a", token_url="https://game.example/t",
        read_claims=lambda found: Claims(found["id"], ""), keep=keep,
    )  # fmt: skip


def providers_of(*declared: Provider, provided=None, **settings):
    chosen = IdentitySettings(**{"_env_file": None, **settings})
    return Providers(chosen, DeclaredProviders(declared, provided or {}), ProviderCalls(chosen), Clock())


def test_without_settings_there_are_those_of_the_packs_alone():
    found = providers_of(provider())

    assert [one.name for one in found] == ["game"]
    assert found.oauth("game").provider is found["game"]
    for ask in (found.__getitem__, found.oauth, found.openid):
        with pytest.raises(ProviderUnknown):
            ask("steam")


@pytest.mark.parametrize("names", [("game", "game"), ("steam", "game"), ("Game",), ("a/b",), ("",)])
def test_names_are_plain_and_there_is_one_of_each(names):
    with pytest.raises(Misconfigured):
        providers_of(*map(provider, names), steam=True)


@pytest.mark.parametrize(
    "one",
    [
        {"name": "X", "issuer": "https://a.example", "client_id": "c"},
        {"name": "x", "issuer": "a.example", "client_id": "c"},
        {"name": "x", "issuer": "https://a.example", "client_id": ""},
        {"name": "x", "issuer": "https://a.example", "client_id": "c", "secret": "s"},
    ],
)
def test_settings_of_a_provider_that_make_no_sense_are_refused(one):
    with pytest.raises(ValueError, match="oidc"):
        providers_of(oidc=[one])


def grant(name="game"):
    return Grant(UserId(uuid7()), name, Claims("1", "One"), Secret("token"), None, datetime.now(UTC))


async def test_keep_gets_the_grant_and_what_it_asks_for_by_type(tx):
    kept = []

    async def keep(tx: Transaction, given: Grant, clock: Clock) -> None:
        kept.append((tx, given, clock))

    clock, given = Clock(), grant()
    await providers_of(provider(keep=keep), provided={Clock: clock}).keep(tx, given)
    await providers_of(provider()).keep(tx, given)

    assert kept == [(tx, given, clock)]
    with pytest.raises(Misconfigured, match="asks for clock"):
        await providers_of(provider(keep=keep)).keep(tx, given)


async def test_what_a_pack_refuses_to_keep_leaves_nothing_behind(start_guildhall, servers):
    class Full(Conflict):
        code = "game.full"
        says = "There is no room."

    house = await start_guildhall(identity=servers.settings, poe2=servers.poe2)
    providers = house.runtime.provided[Providers]

    async def keep(tx: Transaction, given: Grant, tokens: AccessTokens) -> None:
        assert tokens is house.runtime.provided[AccessTokens]
        assert given.access_token.reveal() in servers.world.access
        assert await tx.connection.fetchval("select count(*) from core.users where id = $1", given.user_id) == 1
        raise Full

    declared = providers["oidc"]
    values = {name: getattr(declared, name) for name in declared.__struct_fields__} | {"keep": keep}
    providers._by_name["oidc"] = Provider(**values)

    answer = await Browser(house).sign_in(servers, "ann")

    assert (answer.status, answer.code) == (409, "game.full")
    async with house.runtime.db.write(DOORKEEPER) as tx:
        for table in ("core.users", "core.identities", "core.sessions", "core.oauth_flows"):
            assert await tx.connection.fetchval(f"select count(*) from {table}") == 0
        assert await tx.connection.fetchval("select details ->> 'code' from core.security_events") == "game.full"


async def test_the_stand_in_takes_orders(servers):
    async with aiohttp.ClientSession() as session:
        address = f"{servers.address}/oidc/_sandbox"

        async def order(**body):
            async with session.post(address, json=body) as answer:
                return answer.status, await answer.json()

        first = (await (await session.get(address)).json())["keys"]
        assert (await order(forge="expired", person="ben", rotate_keys=True))[1]["forge"] == "expired"
        assert (servers.world.forge, servers.world.person) == ("expired", "ben")
        status, after = await order(drop_former_keys=True, fault={"path": "token", "status": 500, "count": 1})
        assert (status, len(after["keys"])) == (200, 1)
        assert after["keys"] != first
        assert [(await session.post(f"{servers.address}/oidc/token")).status for _ in range(2)] == [500, 400]
        assert (await order(forge="nonsense"))[0] == 400
        async with session.get(f"{servers.address}/oidc/authorize?response_type=token") as answer:
            assert answer.status == 400
