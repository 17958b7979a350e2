"""All settings of a process."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic_settings import BaseSettings

from guildhall.boot.clashes import require_own_names
from guildhall.boot.faults import PackFailed, PackFault, blaming
from guildhall.boot.features import FEATURES
from guildhall.boot.folders import with_own_folders
from guildhall.boot.keys import with_development_keys
from guildhall.boot.packs import active, branches, find_packs
from guildhall.boot.settings import Settings, load
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db.branch import Branch
from guildhall.errors import Misconfigured, Miswired
from guildhall.log import get_logger
from guildhall.pack import Pack, ProcessPart, Slice, WebPart, WorkerPart
from guildhall.web.settings import WebSettings

APart = TypeVar("APart")

log = get_logger(__name__)


class Configuration(Struct, frozen=True):
    """All settings of a process, read once."""

    main: Settings
    web: WebSettings
    cache: CacheSettings
    jobs: JobsSettings
    packs: tuple[Pack, ...]
    of_slices: dict[str, BaseSettings]
    """The settings of the core features and of the packs, by name."""
    left_out: tuple[PackFault, ...] = ()
    """The packs that would be on if they were not broken."""

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The core features, then the packs."""
        return (*FEATURES, *self.packs)

    @property
    def process_parts(self) -> list[ProcessPart]:
        """The objects that web processes and workers both hold, slice by slice."""
        return [part for _, part in self.owned_process_parts]

    @property
    def web_parts(self) -> list[WebPart]:
        """The objects that web processes hold, slice by slice."""
        return [part for _, part in self.owned_web_parts]

    @property
    def worker_parts(self) -> list[WorkerPart]:
        """The objects that workers hold, slice by slice."""
        return [part for _, part in self.owned_worker_parts]

    @property
    def owned_process_parts(self) -> list[tuple[Slice, ProcessPart]]:
        """The objects that web processes and workers both hold, each with its slice. Raises PackFailed."""
        return list(self._owned(Slice.process_parts, ProcessPart))

    @property
    def owned_web_parts(self) -> list[tuple[Slice, WebPart]]:
        """The objects that web processes hold, each with its slice. Raises PackFailed."""
        return list(self._owned(Slice.web_parts, WebPart))

    @property
    def owned_worker_parts(self) -> list[tuple[Slice, WorkerPart]]:
        """The objects that workers hold, each with its slice. Raises PackFailed."""
        return list(self._owned(Slice.worker_parts, WorkerPart))

    def _owned(self, load: Callable[[Slice], list[APart]], kind: type[APart]) -> Iterator[tuple[Slice, APart]]:
        for one in self.slices:
            with blaming(one, "does not load"):
                parts = load(one)
                for part in parts:
                    if not isinstance(part, kind):
                        raise Miswired(f"its manifest names a {type(part).__name__} where a {kind.__name__} belongs")
            for part in parts:
                yield one, part

    def without(self, fault: PackFault) -> "Configuration":
        """The configuration without a broken pack. Raises Misconfigured where the settings are strict."""
        if self.main.packs_strict:
            raise Misconfigured(f"{fault}.")
        packs = tuple(pack for pack in self.packs if pack.name != fault.pack)
        return replace(self, packs=packs, left_out=(*self.left_out, fault))

    @property
    def branches(self) -> list[Branch]:
        """The migrations of everything that is on."""
        return branches(self.packs)


def configure(main: Settings | None = None) -> Configuration:
    """Read all settings, beside `main` where it is read. A pack whose code is broken is left out.

    Raises Misconfigured.
    """
    main = main or load(Settings)
    core = {one.name: load(one.settings.load()) for one in FEATURES}
    installed = active(find_packs(), main)
    whole = Configuration(
        main, load(WebSettings), load(CacheSettings), load(JobsSettings), installed.packs,
        {name: _completed(settings, name, main) for name, settings in core.items()}, installed.faults,
    )  # fmt: skip
    while True:
        try:
            return _with_packs(whole)
        except PackFailed as failed:
            whole = whole.without(failed.fault)


def _with_packs(whole: Configuration) -> Configuration:
    """Add the settings of the packs. Raises PackFailed, Misconfigured."""
    of_packs: dict[str, BaseSettings] = {}
    for pack in whole.packs:
        with blaming(pack, "does not load"):
            kind = pack.settings.load()
            if not (isinstance(kind, type) and issubclass(kind, BaseSettings)):
                raise Miswired(f"{pack.settings.name} is no class of settings")
            of_packs[pack.name] = _completed(load(kind), pack.name, whole.main)
    found = replace(whole, of_slices=whole.of_slices | of_packs)
    require_own_names(found)
    return found


def _completed(settings: BaseSettings, name: str, main: Settings) -> BaseSettings:
    return with_own_folders(with_development_keys(settings, main), name, main)


def tell_left_out(*faults: PackFault) -> None:
    """Log packs that are left out, a line each."""
    for fault in faults:
        log.error("pack_left_out", pack=fault.pack, why=f"{fault.trouble}: {fault.words}", place=fault.place)


def pack_names(packs: Sequence[Pack]) -> str:
    """Names for a line of text."""
    return ", ".join(pack.name for pack in packs) or "none"
