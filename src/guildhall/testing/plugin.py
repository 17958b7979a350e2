"""The hooks of a run with a pack under test: its cluster, settings, loop and network."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from guildhall import log
from guildhall.pytest_plugin import packs_under_test
from guildhall.testing.cluster import begin_run, end_run
from guildhall.testing.network import GuardedLoop, guarded_sockets
from guildhall.testing.settings import forget_environment

pytest_plugins = ("guildhall.testing.database_fixtures", "guildhall.testing.product_fixtures")

_BEGAN = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder, and keep the settings of the machine's user out of the tests."""
    forget_environment()
    config.stash[_BEGAN] = begin_run()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's folder, when all workers have ended and stopped the cluster."""
    if config.stash.get(_BEGAN, False):
        end_run()


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Return the loop that the product runs on, guarded."""
    return {"uvloop": GuardedLoop}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for the pack once for each, where several are under test."""
    names = packs_under_test(metafunc.config)
    given = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize") if mark.args]
    chosen = {name.strip() for one in given for name in (one.split(",") if isinstance(one, str) else one)}
    if "pack" in metafunc.fixturenames and "pack" not in chosen and len(names) > 1:
        metafunc.parametrize("pack", names, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Connections lead to this machine or nowhere."""
    with guarded_sockets():
        yield


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """Restore the logs after a test that configures them, as every command of the terminal does."""
    output, root = log._output, logging.getLogger()
    before = output.stream, output.json, output.requests
    handlers, level = root.handlers[:], root.level
    yield
    output.flush()
    output.stream, output.json, output.requests = before
    root.handlers[:] = handlers
    root.setLevel(level)
