"""The source of this installation of Guildhall, for packs that need the same."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec
from msgspec import Struct

import guildhall
from guildhall.errors import Misconfigured

DISTRIBUTION = "guildhall-server"


class _Vcs(Struct, frozen=True):
    vcs: str
    commit_id: str


class _DirectUrl(Struct, frozen=True):
    """The file direct_url.json of an installed distribution (PEP 610)."""

    url: str
    vcs_info: _Vcs | None = None


def source_of_guildhall(chosen: str | None) -> str:
    """An address from which a pack can install Guildhall: the chosen one, else that of this installation.

    Raises Misconfigured for a path that does not exist, and when nothing tells where this installation came from.
    """
    if chosen is not None:
        return _address(chosen)
    found = _recorded()
    if found is not None:
        return found
    checkout = Path(guildhall.__file__).parents[2]
    if (checkout / "pyproject.toml").exists():
        return checkout.as_uri()
    raise Misconfigured(
        "It is not known where this Guildhall came from: name a checkout, a wheel or a git address with --guildhall."
    )


def _address(chosen: str) -> str:
    if "://" in chosen:
        return chosen
    path = Path(chosen).expanduser().resolve()
    if not path.exists():
        raise Misconfigured(
            f"There is no {path}; --guildhall is a checkout, a wheel, or an address like git+https://…."
        )
    return path.as_uri()


def _recorded() -> str | None:
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if text is None:
        return None
    read = msgspec.json.decode(text, type=_DirectUrl)
    if read.vcs_info is not None:
        return f"{read.vcs_info.vcs}+{read.url}@{read.vcs_info.commit_id}"
    return read.url
