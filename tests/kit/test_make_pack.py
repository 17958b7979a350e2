"""A manifest made from objects: an ordinary pack, alone or with parts by reference."""

import inspect
from datetime import timedelta

import pytest
import typer
from aiohttp import web

from guildhall.boot.settings import load
from guildhall.db.branch import Branch
from guildhall.db.written import Revision
from guildhall.errors import Misconfigured
from guildhall.kit.manifest import make_pack
from guildhall.kit.settings import PackSettings, setting
from guildhall.pack import Commands, Development, Pack, Part, ProcessPart, Sandbox, WebPart, WorkerPart
from guildhall.references import Held, Reference


class Service:
    """A service."""


def settings_of(**fields):
    """A settings class of its own."""

    class GameSettings(PackSettings):
        """Settings of a game."""

        url: str = setting("https://game.example", "Base address.", pattern="^https?://")
        limit: int = setting(30, "Calls a minute.", ge=1, le=100)
        wait: timedelta = setting(timedelta(minutes=5), "The time between calls.")

    return GameSettings


def make(**fields):
    """A pack with few fields."""
    return make_pack("game", **{"title": "Game", "settings": settings_of(), **fields})


def test_a_manifest_of_objects_is_a_pack():
    group = typer.Typer(help="The game.")
    stand_in = Sandbox("game", lambda _: web.Application(), lambda _, address: {"GUILDHALL_GAME_URL": address})
    pack = make(services=(Service,), commands=group, sandboxes=(stand_in,))

    assert isinstance(pack, Pack)
    assert (pack.name, pack.title, pack.migrations) == ("game", "Game", None)
    assert pack.process_parts() == [ProcessPart(services=(Service,))]
    assert (pack.web_parts(), pack.worker_parts()) == ([WebPart()], [WorkerPart()])
    assert pack.sandboxes() == (stand_in,)
    assert pack.commands == Commands(Held(group), "The game.")


def test_a_group_of_commands_without_help_has_the_title():
    assert make(commands=typer.Typer()).commands.help == "Game."


def test_parts_by_reference_follow_the_objects():
    process: Reference[ProcessPart] = Reference("guildhall.core.identity.emails.process:PROCESS")
    pack = make(services=(Service,), parts=(Part(process=process),))

    assert pack.process_parts() == [ProcessPart(services=(Service,)), process.load()]


def test_what_is_given_by_reference_is_loaded_later():
    pack = make(sandboxes=Reference("nowhere:SANDBOXES"), settings=Reference("nowhere:Settings"))

    with pytest.raises(ModuleNotFoundError):
        pack.sandboxes()


def test_the_settings_are_read_from_variables_of_the_pack(monkeypatch):
    monkeypatch.setenv("GUILDHALL_GAME_LIMIT", "7")
    settings = make().settings.load()

    assert load(settings).limit == 7
    monkeypatch.setenv("GUILDHALL_GAME_LIMIT", "0")
    with pytest.raises(
        Misconfigured, match=r"GUILDHALL_GAME_LIMIT: Input should be greater than or equal to 1 \(it is '0'"
    ):
        load(settings)
    monkeypatch.setenv("GUILDHALL_GAME_LIMIT", "101")
    with pytest.raises(Misconfigured, match="less than or equal to 100"):
        load(settings)
    monkeypatch.setenv("GUILDHALL_GAME_LIMIT", "1")
    monkeypatch.setenv("GUILDHALL_GAME_URL", "ftp://game.example")
    with pytest.raises(Misconfigured, match="GUILDHALL_GAME_URL: String should match pattern"):
        load(settings)


def test_settings_keep_a_prefix_that_is_the_packs(monkeypatch):
    class Named(PackSettings, env_prefix="GUILDHALL_GAME_"):
        """Settings with their prefix."""

    assert make(settings=Named).settings.load() is Named


def test_settings_of_another_pack_are_told():
    settings = settings_of()
    make_pack("other", title="Other", settings=settings)

    with pytest.raises(Misconfigured, match=r"The settings of 'game' are read from GUILDHALL_OTHER_…"):
        make(settings=settings)
    assert PackSettings.model_config.get("env_prefix") == ""


def test_revisions_are_a_branch_of_the_packs_name():
    one = Revision("0001_a", "create table game.a ()", "drop table game.a")
    files = Branch("game", "guildhall.db.migrations")

    assert make(revisions=(one,)).migrations == Branch("game", (one,))
    assert make(revisions=files).migrations is files
    with pytest.raises(Misconfigured, match="The migrations of 'game' are labelled 'db': use the pack's name"):
        make(revisions=Branch("db", "guildhall.db.migrations"))


@pytest.mark.parametrize("name", ["", "Game", "2048", "my-game", "a" * 32, "game; drop", "ä"])
def test_a_name_that_cannot_be_a_schema_is_told(name):
    with pytest.raises(Misconfigured, match="A pack's name is lower-case letters, digits and underscores"):
        make_pack(name, title="Game", settings=settings_of())


def test_every_object_of_a_part_may_be_given():
    given = set(inspect.signature(make_pack).parameters)
    fields = {name for part in (ProcessPart, WebPart, WorkerPart, Development) for name in part.__struct_fields__}

    assert fields - {"upstreams"} <= given
    assert "apis" in given, "the upstreams"
