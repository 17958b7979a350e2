"""A small pack in one file, its stand-in and its project, and ways to spoil it."""

PROJECT = """
[project]
name = "guildhall-tower"
version = "0.1.0"
dependencies = ["guildhall-server"]

[project.entry-points."guildhall.packs"]
tower = "guildhall_tower:TOWER"
"""

PACK = '''"""Tower: how many floors a tower has, and who climbs it."""

from datetime import timedelta

import msgspec
import typer
from aiohttp import web

from guildhall import kit
from guildhall.sandbox import Route, StandIn


class TowerSettings(kit.PackSettings):
    """Settings of the Tower pack."""

    url: str = kit.setting("https://tower.example", "Base address of Tower's API.", pattern="^https?://")
    floors: int = kit.setting(10, "Floors that are shown at most.", ge=1)


class TowerNotFound(kit.NotFound):
    says = "Tower not found: there is no tower {name}."
    name: str


class GivenTower(kit.Struct, frozen=True):
    """A tower, as its API gives it."""

    floors: int


class Tower(kit.Struct, frozen=True):
    """A tower, as clients get it."""

    floors: int


class Climb(kit.Struct, frozen=True):
    """A climb of the viewer."""

    floor: int


class Towers(kit.Upstream[TowerSettings]):
    """Tower's API."""

    @classmethod
    def options(cls, settings: TowerSettings) -> kit.UpstreamOptions:
        return kit.UpstreamOptions(base_url=settings.url, attempts=1)

    @kit.upstream_route("/tower/{name}", GivenTower, missing=TowerNotFound)
    def tower(self, name: str) -> None:
        """A tower."""


class Climbed(kit.Message, frozen=True):
    """Somebody climbs: an order."""

    user_id: kit.UserId
    floor: int


@kit.rows(Climb, "select floor from tower.climbs order by floor desc limit :limit")
def climbs(limit: int) -> None: ...


@kit.command("insert into tower.climbs (user_id, floor) values (:user_id, :floor)")
def add_climb(user_id: kit.UserId, floor: int) -> None: ...


async def climb(order: Climbed, db: kit.Database) -> dict[str, int]:
    if order.floor < 0:
        raise ValueError("there is no cellar")
    async with db.write() as tx:
        await add_climb.run(tx, order.user_id, order.floor)
    return {"floor": order.floor}


@kit.command("insert into tower.heights (name) values (:name)")
def add_height(name: str) -> None: ...


async def measure(name: str, towers: Towers, db: kit.Database) -> None:
    await towers.tower.fetch(name)
    if name == "odd":
        raise ValueError("there are no odd towers")
    async with db.write() as tx:
        await add_height.run(tx, name)


TOWERS = kit.Fresh("tower_heights", every=timedelta(hours=20), refresh=measure)

commands = typer.Typer(help="Tower: heights.", no_args_is_help=True)


class Measured(kit.Struct, frozen=True):
    """A tower that was measured, and when."""

    name: str
    floors: int
    year: int


async def measure_now(name: str, towers: Towers, settings: TowerSettings, clock: kit.Clock) -> Measured:
    given = await towers.tower.fetch_now(name)
    return Measured(name, min(given.value.floors, settings.floors), clock.now().year)


@commands.command("measure")
def measure_tower(ctx: typer.Context, name: str) -> None:
    """Measure a tower."""
    print(msgspec.json.encode(ctx.obj.run(measure_now, name)).decode())


@commands.command("raze")
def raze(name: str) -> None:
    """Raze a tower."""
    typer.confirm(f"Raze {name}?", abort=True)
    raise ZeroDivisionError("no tower left")


routes = kit.Routes("/api/v1/tower")


@routes.get("/towers/{name:str}", scope=kit.PUBLIC, raises=(TowerNotFound,))
async def get_tower(name: str, towers: Towers, settings: TowerSettings) -> Tower:
    """A tower by its name."""
    given = await towers.tower.fetch_now(name)
    if given.value.floors < 0:
        raise TowerNotFound(name=name)
    return Tower(min(given.value.floors, settings.floors))


@routes.get("/climbs", scope="tower:read")
async def get_climbs(tx: kit.Read) -> list[Climb]:
    """The climbs of the viewer."""
    return await climbs.many(tx, 10)


def make_sandbox() -> web.Application:
    async def tower(request: web.Request) -> web.Response:
        if request.match_info["name"] == "nowhere":
            return web.json_response({}, status=404)
        return web.json_response({"floors": 7})

    app = web.Application()
    app.router.add_get("/tower/{name}", tower)
    return app


TOWER = kit.make_pack(
    "tower",
    title="Tower",
    settings=TowerSettings,
    apis=(Towers,),
    routes=routes,
    handlers=(kit.On(Climbed, climb),),
    fresh=(TOWERS,),
    commands=commands,
    exports=(kit.Export("tower.climbs", "select floor from tower.climbs where user_id = $1"),),
    revisions=(
        kit.Revision(
            "0001_climbs",
            up=f"""
            create table tower.climbs (
                id      bigint generated always as identity primary key,
                user_id uuid not null references core.users on delete cascade,
                floor   int not null
            );
            create table tower.heights (
                id   bigint generated always as identity primary key,
                name text not null
            );
            {kit.private_to_owner("tower.climbs", "user_id")}
            """,
            down="drop table tower.climbs; drop table tower.heights",
        ),
    ),
    sandboxes=(
        kit.Sandbox.at("tower", make_sandbox, "GUILDHALL_TOWER_URL"),
        kit.Sandbox.at("clockwork", StandIn(Route("GET /time", lambda ask: ask.now)).make_app, "GUILDHALL_CLOCKWORK"),
    ),
)
'''

TESTS = '''"""Tests of the Tower pack, without a line of fixtures."""

import asyncio
import os
import socket
import urllib.request
from datetime import timedelta

import pytest

from guildhall.sandbox import CLOCK, Fault, FaultMode
from guildhall.testing import check_manifest, check_migrations, check_openapi, check_privacy, check_statements
from guildhall_tower import TOWERS, Climbed


def test_the_pack_fits(pack):
    check_manifest(pack)
    check_statements(pack)
    check_migrations(pack)
    check_openapi(pack)
    check_privacy(pack)


async def test_a_tower_is_served(product, sandbox):
    answer = await product.get("/api/v1/tower/towers/high")

    assert (answer.status, answer.json) == (200, {"floors": 7})
    assert sandbox.calls("/tower/high") == 1
    assert (await product.get("/api/v1/tower/towers/nowhere")).problem.code == "tower.tower_not_found"


async def test_a_command(product, start_product, clock):
    clock.advance(timedelta(days=3660))
    high = await product.command("tower", "measure", "high")
    low = await (await start_product(tower={"floors": 3})).command("tower", "measure", "low")
    nowhere = await product.command("tower", "measure", "nowhere", failing=True)
    without = await product.command("tower", "measure", failing=True)
    spared = await product.command("tower", "raze", "high", typed="n\\n", failing=True)

    assert high.json == {"name": "high", "floors": 7, "year": clock.now().year}
    assert (low.json["floors"], low.status, low.error) == (3, 0, "")
    assert (nowhere.status, nowhere.output) == (1, "")
    assert nowhere.error == "guildhall: Tower not found: there is no tower nowhere.\\n"
    assert (without.status, "Missing argument" in without.error) == (2, True)
    assert (spared.status, "Raze high?" in spared.output) == (1, True)
    with pytest.raises(AssertionError, match="guildhall tower measure nowhere: exit status 1"):
        await product.command("tower", "measure", "nowhere")
    with pytest.raises(LookupError, match="'castle' has no commands"):
        await product.command("castle", "build")
    with pytest.raises(ZeroDivisionError, match="no tower left"):
        await product.command("tower", "raze", "high", typed="y\\n")


async def test_faults(product, sandbox):
    sandbox.fail(503, times=1)
    assert (await product.get("/api/v1/tower/towers/high")).status == 503
    assert (await product.get("/api/v1/tower/towers/high")).status == 200
    sandbox.garble()
    assert (await product.get("/api/v1/tower/towers/high")).status == 503
    sandbox.heal()
    sandbox.drop(path="/tower/high", api="tower")
    assert (await product.get("/api/v1/tower/towers/high")).status == 503
    assert (await product.get("/api/v1/tower/towers/low")).status == 200
    sandbox.heal()
    sandbox.slow(0.01)
    assert (await product.get("/api/v1/tower/towers/high")).status == 200
    assert [call.status for call in sandbox.called("/tower/low")] == [200]
    assert [(call.api, call.path, call.target) for call in sandbox.called("/tower/low")] == [
        ("tower", "/tower/low", "/tower/low")
    ]
    with pytest.raises(LookupError, match="there is no stand-in castle; there are tower"):
        sandbox.fail(api="castle")


async def test_faults_of_the_kit(sandbox):
    def ask():
        with urllib.request.urlopen(f"{sandbox.address}/clockwork/time") as answer:
            return answer.status, answer.read()

    sandbox.spoil(Fault(mode=FaultMode.EMPTY), api="clockwork")
    assert await asyncio.to_thread(ask) == (200, b"")
    sandbox.heal()
    assert (await asyncio.to_thread(ask))[1] != b""
    with pytest.raises(LookupError, match="tower that is made with guildhall.sandbox"):
        sandbox.spoil(Fault(mode=FaultMode.EMPTY), api="tower")


async def test_settings(start_product):
    product = await start_product(tower={"floors": 3})

    assert (await product.get("/api/v1/tower/towers/high")).json == {"floors": 3}


async def test_climbs_are_the_viewers_own(product, person):
    other = await product.sign_in(name="Ben")
    done = await product.work(Climbed(person.id, 4), Climbed(other.id, 5))

    assert [job.result for job in done] == [{"floor": 4}, {"floor": 5}]
    assert (await person.get("/api/v1/tower/climbs")).json == [{"floor": 4}]
    assert (await product.get("/api/v1/tower/climbs")).status == 401
    reading, writing = await person.token("tower:read"), await person.token("tower:write")
    assert (await reading.get("/api/v1/tower/climbs")).json == [{"floor": 4}]
    assert (await writing.get("/api/v1/tower/climbs")).status == 403
    assert (await person.page().patch("/api/v1/me", json={"name": "Anna"})).status == 200
    assert await product.rows("select count(*) as n from tower.climbs") == [{"n": 2}]


async def test_a_job_that_fails_is_told(product, person):
    with pytest.raises(AssertionError, match="tower.climbed .*there is no cellar"):
        await product.work(Climbed(person.id, -1))


async def test_a_session_ends_as_the_clock_is_moved(product, person, clock):
    clock.advance(timedelta(days=2))

    assert (await person.get("/api/v1/tower/climbs")).status == 401


async def test_a_mail_is_in_the_outbox(product, outbox):
    body = {"email": "a@example.com", "password": "correct horse", "name": "A"}
    await product.post("/api/v1/auth/sign-up", json=body)
    await product.work()

    assert len(outbox.to("a@example.com")) == 1


async def test_a_notice_is_in_the_outbox_and_in_the_list(product, person, outbox):
    await product.execute(
        "insert into core.notification_log (id, user_id, type, title, body, data, occurrence_key, happened_at, due_at,"
        " created_at) select gen_random_uuid(), $1, 'tower.top', 'Top', '', '{}', 'top ' || n, now(), now(), now()"
        " from generate_series(1, 60) n",
        person.id,
    )

    assert len(await outbox.notices(person)) == 60
    assert len({one["id"] for one in await person.items("/api/v1/notifications")}) == 60


async def test_a_live_connection(product, person):
    async with product.live(person) as live:
        assert live.heard("welcome")
        with pytest.raises(TimeoutError) as told:
            await live.hears("event", kind="fall", patience=0.05)
        assert str(told.value).startswith("waited 0.05 s for event, kind='fall'; heard 1, at last:")
        assert '"op": "welcome"' in str(told.value)


async def test_the_jobs_of_a_test_are_its_own_after_a_day(product, person, clock):
    clock.advance(timedelta(days=1))
    (job,) = await product.work(Climbed(person.id, 4))

    assert job.job_type == "tower.climbed"
    clock.advance(timedelta(days=1))
    assert await product.work() == []


async def test_a_key_is_refreshed_when_a_test_says_so(product, clock, jobs_db):
    async with jobs_db.write() as tx:
        await TOWERS.keep(tx, "high", "nowhere")
    first = await product.refresh_due(TOWERS)
    assert (first.refreshed, first.gone) == (1, 1)
    assert (await product.refresh_due(TOWERS)).refreshed == 0
    clock.advance(timedelta(days=2))
    second = await product.refresh_due(TOWERS)
    assert (second.refreshed, second.forgotten) == (1, 1)
    assert (await product.refresh(TOWERS, "high")).ending == "refreshed"
    assert len(await product.rows("select 1 from tower.heights")) == 3


async def test_a_refresh_that_fails_is_told(product, sandbox, jobs_db):
    async with jobs_db.write() as tx:
        await TOWERS.keep(tx, "odd")
    with pytest.raises(AssertionError, match="tower_heights odd: failed: .*odd towers"):
        await product.refresh(TOWERS, "odd")
    assert (await product.refresh(TOWERS, "odd", failing=True)).ending == "failed"


async def test_the_clock_moves_those_of_the_stand_ins(product, sandbox, clock):
    before = sandbox.app("clockwork")[CLOCK].now()
    clock.advance(timedelta(days=1))

    assert 86_400 <= sandbox.app("clockwork")[CLOCK].now() - before < 86_500


def test_nothing_leads_beyond_this_machine():
    with pytest.raises(OSError, match="tests may not connect to"):
        urllib.request.urlopen("http://192.0.2.1/", timeout=1)


async def test_nothing_leads_beyond_this_machine_from_the_loop(product):
    import asyncio

    for host in ("192.0.2.1", "tower.example"):
        with pytest.raises(OSError, match=f"tests may not connect to {host}"):
            await asyncio.open_connection(host, 80)


def test_the_users_settings_are_not_here():
    assert [name for name in os.environ if name.startswith("GUILDHALL_TOWER")] == []
'''
