"""The pytest plugin's entry: it loads `guildhall.testing` where a pack is under test, and nothing anywhere else.

Every run of pytest in an environment with Guildhall imports this module, so it imports nothing of the product.
"""

import tomllib
import warnings
from pathlib import Path

import pytest

OPTION = "guildhall_pack"
GROUP = "guildhall.packs"
_PLUGIN = "guildhall.testing.plugin"
_INSTALL = "install its tools: pip install 'guildhall-server[testing]'"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option that names the packs under test."""
    words = "The packs under test: names of installed packs, or module:ATTRIBUTE; unset takes those of pyproject.toml."
    parser.addini(OPTION, words, type="args", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures. Raises UsageError where their tools are not installed."""
    if not packs_under_test(config):
        return
    if not config.pluginmanager.hasplugin("asyncio"):
        raise pytest.UsageError(f"A Guildhall pack is under test, and pytest-asyncio is missing; {_INSTALL}.")
    try:
        config.pluginmanager.import_plugin(_PLUGIN)
    except ImportError as error:
        raise pytest.UsageError(f"A Guildhall pack is under test: {error}; {_INSTALL}.") from error
    # pytest-asyncio asks every project to choose a scope; "function", its default, is the one of the fixtures.
    warnings.filterwarnings("ignore", 'The configuration option "asyncio_default_fixture_loop_scope" is unset')
    if config.getoption("asyncio_mode") is None:
        config.option.asyncio_mode = "auto"  # as the fixtures need it; tests marked as asyncio's run as before


def packs_under_test(config: pytest.Config) -> list[str]:
    """Return the packs that the option names, or else those that the project's own pyproject.toml registers."""
    return list(config.getini(OPTION)) or _registered(config.rootpath / "pyproject.toml")


def _registered(project: Path) -> list[str]:
    """The objects behind the entry points of a project: it may be under test before it is installed."""
    try:
        table = tomllib.loads(project.read_text()).get("project", {})
    except (OSError, tomllib.TOMLDecodeError):
        return []
    return list(table.get("entry-points", {}).get(GROUP, {}).values())
