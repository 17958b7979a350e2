"""A broken pack is one clear line that names it and the place, and the rest of the product runs on."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from guildhall.boot.app import make_app
from guildhall.boot.configuration import Configuration, configure
from guildhall.boot.opening import open_without_broken
from guildhall.boot.part_names import examined, undeclared_messages
from guildhall.boot.runtime import open_web
from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.errors import Misconfigured
from guildhall.testing.serving import serving
from tests.boot import installed as packs
from tests.boot.installed import Installed


def line(configuration: Configuration) -> str:
    """The one line about the one pack that is left out."""
    (fault,) = configuration.left_out
    assert "\n" not in str(fault)
    return str(fault)


def names(configuration: Configuration) -> list[str]:
    """The packs that are on."""
    return [pack.name for pack in configuration.packs]


NO_LABEL = packs.MIGRATION.replace('branch_labels = ("{name}",)', "branch_labels = None")
A_NOTICE = """
from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(notices=(NoticeKind("hero_trend", "a", "b"),))
"""
AN_EVENT = """
from msgspec import Struct

from guildhall.core.analytics.declaration import EventType
from guildhall.pack import ProcessPart

class Seen(Struct):
    pass


PROCESS = ProcessPart(events=(EventType("MINE", Seen),))
"""
A_KIND = """
from datetime import timedelta

from guildhall.core.cache.schemas import Kind

MINE = Kind("player_profile", timedelta(hours=1))
"""
AT_CONFIGURATION = {
    "an import fails": (
        {"pack": "import nowhere\n"},
        r"'broken' does not load: ModuleNotFoundError: No module named "
        r"'nowhere' \(guildhall_broken/pack\.py:1\)",
    ),
    "a syntax error": (
        {"pack": "\n\nthis is no Python\n"},
        r"does not load: SyntaxError: .* \(guildhall_broken/pack\.py:3\)",
    ),
    "it exits": (
        {"pack": "raise SystemExit('bye')\n"},
        r"does not load: SystemExit: bye \(guildhall_broken/pack\.py:1\)",
    ),
    "no pack": ({"pack": "PACK = 7\n"}, r"does not load: int is no Pack \(guildhall_broken\.pack:PACK\)"),
    "no attribute": ({"pack": "pass\n"}, r"does not load: AttributeError: .*PACK.* \(guildhall_broken\.pack:PACK\)"),
    "settings fail": (
        {"settings": "1 / 0\n"},
        r"does not load: ZeroDivisionError: .* \(guildhall_broken/settings\.py:1\)",
    ),
    "settings are none": (
        {"settings": "AllSettings = 3\n"},
        r"guildhall_broken\.settings:AllSettings is no class of settings",
    ),
    "prefix of the core": (
        {"settings": packs.SETTINGS.replace("{prefix}", "WEB") + "    port: int = 1\n"},
        r"takes a name of another: the setting 'GUILDHALL_WEB_PORT' belongs to Guildhall",
    ),
    "prefix of a pack": (
        {"settings": packs.SETTINGS.replace("{prefix}", "EVE") + "    esi_url: str = ''\n"},
        r"the setting 'GUILDHALL_EVE_ESI_URL' belongs to 'eve'",
    ),
    "no migrations": (
        {"pack": packs.PACK.replace("{name}.migrations", "{name}.moves")},
        r"has unfit migrations: The migrations of 'broken' are missing: no package guildhall_broken\.moves",
    ),
    "no branch label": (
        {"migrations__0001_things": NO_LABEL},
        r"has unfit migrations: 0001_things\.py has branch_labels None, not \(\"broken\",\)",
    ),
    "a foreign revision": (
        {"migrations__0001_things": packs.MIGRATION.replace("{name}_0001", "eve_0001")},
        r"the revision 'eve_0001' does not begin with 'broken_'",
    ),
    "a reserved name": (
        {"pack": packs.PACK.replace('name="{name}"', 'name="core"')},
        r"'core' has an unfit name: 'core' is a name of Guildhall or PostgreSQL",
    ),
    "a built-in name": (
        {"pack": packs.PACK.replace('name="{name}"', 'name="eve"')},
        r"'eve' takes a name of another: there is another pack of the name 'eve'",
    ),
}


@pytest.mark.parametrize("case", AT_CONFIGURATION)
def test_a_pack_that_cannot_be_read_is_left_out_with_its_reason(installed: Installed, case):
    changes, wanted = AT_CONFIGURATION[case]
    installed.add("broken", **changes)
    installed.add("whole")

    found = configure()

    assert names(found) == ["dota2", "eve", "realm", "poe2", "wine", "whole"]
    assert re.search(wanted, line(found)), line(found)


AT_LOADING = {
    "a wrong reference": (
        {"pack": packs.PACK.replace("web:WEB", "web:WEBB")},
        r"does not load: AttributeError: .*WEBB",
    ),
    "another kind of part": (
        {"pack": packs.PACK.replace("web:WEB", "process:PROCESS")},
        r"does not load: its manifest names a ProcessPart where a WebPart belongs",
    ),
    "a message whose field is a class variable of messages": (
        {"worker": packs.WORKER.replace('    name: ClassVar[str] = "{name}.greet"', "    name: str")},
        r"does not load: TypeError: the message Greet has a field called name, .* \(guildhall_broken/worker\.py:10\)",
    ),
    "a module that fails": ({"worker": "{name}\n"}, r"does not load: NameError: .* \(guildhall_broken/worker\.py:1\)"),
    "a route of another": (
        {"web": packs.WEB.replace('"/api/v1/{name}"', '"/api/v1/eve"').replace("/hello", "/characters")},
        r"takes a name of another: the route 'GET /api/v1/eve/characters' belongs to 'eve'",
    ),
    "a page of the core": (
        {"web": packs.WEB.replace('"/api/v1/{name}"', '""').replace("/hello", "/metrics")},
        r"the route 'GET /metrics' belongs to Guildhall",
    ),
    "a message of another": (
        {"worker": packs.WORKER.replace("{name}.greet", "dota2.sync_player")},
        r"the message 'dota2\.sync_player' belongs to 'dota2'",
    ),
    "a message of the core": (
        {"worker": packs.WORKER.replace("{name}.greet", "jobs.clean_up")},
        r"the message 'jobs\.clean_up' belongs to Guildhall",
    ),
    "an event type of another": (
        {"process": AN_EVENT.replace("MINE", "analytics.screen_viewed")},
        r"the event type 'analytics\.screen_viewed' does not begin with 'broken\.'",
    ),
    "an event type twice": (
        {"process": AN_EVENT.replace('EventType("MINE", Seen),', 'EventType("broken.seen", Seen),' * 2)},
        r"the event type 'broken\.seen' stands for two things",
    ),
    "an event type that cannot be": (
        {"process": AN_EVENT.replace("MINE", "seen")},
        r"does not load: ValueError: EventType\('seen'\): a name is its pack .* \(guildhall_broken/process\.py:11\)",
    ),
    "a notification": ({"process": A_NOTICE}, r"the notification 'hero_trend' belongs to 'dota2'"),
    "a topic": (
        {
            "web": "from guildhall.core.realtime.schemas import TopicKind\nfrom guildhall.pack import WebPart\n"
            "WEB = WebPart(topics=(TopicKind('realm.channel', None),))\n"
        },
        r"the topic 'realm\.channel' belongs to 'realm'",
    ),
    "a kind of cached answers": (
        {"web": packs.WEB + A_KIND},
        r"the kind of cached answers 'player_profile' belongs to 'dota2'",
    ),
    "an error code": (
        {
            "web": packs.WEB + "\nfrom guildhall.errors import NotFound\n\n\nclass Gone(NotFound):\n"
            "    code = 'realm.guild_full'\n    says = 'Gone.'\n"
        },
        r"the error code 'realm\.guild_full' belongs to 'realm'",
    ),
}


@pytest.mark.parametrize("case", AT_LOADING)
def test_a_pack_whose_parts_do_not_fit_is_left_out_with_its_reason(installed: Installed, case):
    changes, wanted = AT_LOADING[case]
    installed.add("broken", **changes)
    installed.add("whole")

    found = examined(configure())

    assert names(found) == ["dota2", "eve", "realm", "poe2", "wine", "whole"]
    assert re.search(wanted, line(found)), line(found)


def test_a_message_that_no_part_declares_is_found(installed: Installed):
    lost = "\n\nclass Lost(Message, frozen=True):\n    '''Queued, and handled nowhere.'''\n"
    installed.add("whole", worker=packs.WORKER + lost)

    found = examined(configure())

    assert (found.left_out, undeclared_messages(found)) == ((), [("whole", "guildhall_whole.worker.Lost")])


def test_of_two_packs_with_one_name_for_a_message_the_first_by_name_stays(installed: Installed):
    installed.add("one")
    installed.add("two", worker=packs.WORKER.replace("{name}.greet", "one.greet"))

    found = examined(configure())

    assert names(found) == ["dota2", "eve", "realm", "poe2", "wine", "one"]
    assert "the message 'one.greet' belongs to 'one'" in line(found)


@pytest.mark.parametrize("requires", ["guildhall-server>=7", "guildhall_server<0.1.0", "Guildhall.Server==0.0.3"])
def test_a_pack_for_another_guildhall_is_left_out(installed: Installed, requires):
    installed.add("broken", requires=requires)

    assert "'broken' is for another Guildhall: it requires" in line(configure())


@pytest.mark.parametrize(
    "requires", ["guildhall-server", "guildhall-server>=0.1", "another-server>=9", "not a requirement ("]
)
def test_other_requirements_do_not_matter(installed: Installed, requires):
    installed.add("whole", requires=requires)

    assert "whole" in names(configure())


def test_a_strict_process_refuses_a_broken_pack(installed: Installed, monkeypatch):
    installed.add("broken", settings="1 / 0\n")
    monkeypatch.setenv("GUILDHALL_PACKS_STRICT", "true")

    with pytest.raises(Misconfigured, match=r"'broken' does not load: ZeroDivisionError"):
        configure()


def test_a_broken_pack_that_is_off_is_nobodys_trouble(installed: Installed, monkeypatch):
    installed.add("broken", pack="1 / 0\n")
    monkeypatch.setenv("GUILDHALL_PACKS_STRICT", "true")
    monkeypatch.setenv("GUILDHALL_PACKS", '["eve"]')

    assert (names(configure()), configure().left_out) == (["eve"], ())


def test_a_setting_that_does_not_fit_still_refuses(installed: Installed, monkeypatch):
    installed.add("whole", settings=packs.SETTINGS + "    number: int = 1\n")
    monkeypatch.setenv("GUILDHALL_WHOLE_NUMBER", "many")

    with pytest.raises(Misconfigured, match="GUILDHALL_WHOLE_NUMBER"):
        configure()


SERVICE = """
from guildhall.pack import ProcessPart


class Service:
    def __init__(self{asks}) -> None:
        {does}


PROCESS = ProcessPart(services=(Service,))
"""


def service(asks: str = "", does: str = "pass") -> str:
    """A part with one service."""
    return SERVICE.replace("{asks}", asks).replace("{does}", does)


AT_START = {
    "a constructor": (
        {"process": service(does="raise RuntimeError('no luck')")},
        r"does not start: RuntimeError: no luck \(guildhall_broken/process\.py:7\)",
    ),
    "what nothing provides": (
        {"process": service(asks=", number: int")},
        r"does not start: Service asks for number: <class 'int'>, which nothing provides",
    ),
    "a parameter without a type": (
        {"process": service(asks=", number")},
        r"does not start: Service asks for number: None",
    ),
}

OF_WEB = {
    "a route's object": (
        {"web": packs.WEB.replace("hello()", "hello(number: int)")},
        r"has a route that cannot be served: GET /api/v1/broken/hello asks for number: int",
    ),
    "a route's path that nobody takes": (
        {"web": packs.WEB.replace('"/hello"', '"/hello/{{who:str}}"')},
        r"GET /api/v1/broken/hello/\{who:str\} names who, which its endpoint does not take \(guildhall_broken\)$",
    ),
    "a route without a type": (
        {"web": packs.WEB.replace("hello()", "hello(number)")},
        r"has a route that cannot be served: KeyError",
    ),
    "metrics": (
        {"web": packs.WEB.replace("WebPart(routes=routes)", "WebPart(metrics=lambda number: [])")},
        r"does not start: its metrics ask for number: None",
    ),
}

OF_WORKERS = {
    "a handler's object": (
        {"worker": packs.WORKER.replace("_: Greet)", "_: Greet, number: int)")},
        r"does not start: .*greet asks for number: <class 'int'>",
    ),
    "a schedule": (
        {
            "worker": packs.WORKER.replace("On(Greet, greet)", "On(Greet, greet, Schedule('61 * * * *'))").replace(
                "import On", "import On, Schedule"
            )
        },
        r"does not start: .*61 \* \* \* \*",
    ),
}


@contextlib.asynccontextmanager
async def web_of(configuration: Configuration, url: str) -> AsyncIterator[tuple[str, Configuration]]:
    """A web process of the packs that work; its address."""

    @contextlib.asynccontextmanager
    async def opened(chosen: Configuration):
        async with open_web(chosen, url, Clock()) as runtime:
            yield make_app(runtime)

    async with contextlib.AsyncExitStack() as stack:
        app, found = await open_without_broken(stack, configuration, opened)
        yield await stack.enter_async_context(serving(app, found)), found


@pytest.mark.parametrize("case", AT_START | OF_WEB)
async def test_a_web_process_runs_on_without_a_pack_that_does_not_start(installed: Installed, clone, case):
    changes, wanted = (AT_START | OF_WEB)[case]
    installed.add("broken", **changes)
    installed.add("whole")
    configuration = configure()
    await migrate.upgrade(clone, configuration.branches)

    async with web_of(configuration, clone) as (address, found), aiohttp.ClientSession() as session:
        async with session.get(f"{address}/api/v1/whole/hello") as answer:
            hello = await answer.json()
        async with session.get(f"{address}/api/v1/broken/hello") as answer:
            gone = answer.status
        async with session.get(f"{address}/readyz") as answer:
            ready = (await answer.json())["checks"]
        async with session.get(f"{address}/metrics") as answer:
            families = {family.name: family for family in text_string_to_metric_families(await answer.text())}

    assert (hello, gone) == ({"hello": "whole"}, 404)
    assert ready["packs"] == "ok, but left out as broken: broken; guildhall packs list"
    states = {one.labels["pack"]: one.value for one in families["guildhall_pack_left_out"].samples}
    assert states == {"dota2": 0, "eve": 0, "realm": 0, "poe2": 0, "wine": 0, "whole": 0, "broken": 1}
    assert re.search(wanted, line(found)), line(found)


@pytest.mark.parametrize("case", AT_START | OF_WORKERS)
async def test_a_worker_runs_on_without_a_pack_that_does_not_start(installed: Installed, clone, case):
    changes, wanted = (AT_START | OF_WORKERS)[case]
    installed.add("broken", **changes)
    installed.add("whole")
    configuration = configure()
    await migrate.upgrade(clone, configuration.branches)

    @contextlib.asynccontextmanager
    async def opened(chosen: Configuration):
        async with open_worker(chosen, clone, Clock()) as runtime:
            yield make_worker(runtime)

    async with contextlib.AsyncExitStack() as stack:
        worker, found = await open_without_broken(stack, configuration, opened)
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(0.2)
        worker.stop()
        await task

    assert names(found) == ["dota2", "eve", "realm", "poe2", "wine", "whole"]
    assert re.search(wanted, line(found)), line(found)


async def test_metrics_of_a_pack_that_fail_spoil_no_others(installed: Installed, clone):
    installed.add("broken", web=packs.WEB.replace("routes=routes", "routes=routes, metrics=lambda: 1 / 0"))
    thief = "routes=routes, metrics=lambda: [Metric('guildhall_requests', 'gauge', 'x', [])]"
    installed.add(
        "thief",
        web=packs.WEB.replace("routes=routes", thief).replace(
            '"""Objects of web processes."""', "from guildhall.web.exposition import Metric"
        ),
    )
    configuration = configure()
    await migrate.upgrade(clone, configuration.branches)

    async with (
        web_of(configuration, clone) as (address, _),
        aiohttp.ClientSession() as session,
        session.get(f"{address}/metrics") as answer,
    ):
        text, status = await answer.text(), answer.status

    assert status == 200
    assert text.count("# TYPE guildhall_requests_total ") == 1
    assert "# TYPE guildhall_requests gauge" not in text
