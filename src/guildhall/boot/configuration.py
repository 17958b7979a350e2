"""All settings of a process."""

from collections.abc import Sequence

from msgspec import Struct
from pydantic_settings import BaseSettings

from guildhall.boot.features import FEATURES
from guildhall.boot.folders import with_own_folders
from guildhall.boot.keys import with_development_keys
from guildhall.boot.packs import active_packs, branches
from guildhall.boot.settings import Settings, load
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db.branch import Branch
from guildhall.pack import Pack, ProcessPart, Slice, WebPart, WorkerPart
from guildhall.web.settings import WebSettings


class Configuration(Struct, frozen=True):
    """All settings of a process, read once."""

    main: Settings
    web: WebSettings
    cache: CacheSettings
    jobs: JobsSettings
    packs: tuple[Pack, ...]
    of_slices: dict[str, BaseSettings]
    """The settings of the core features and of the packs, by name."""

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The core features, then the packs."""
        return (*FEATURES, *self.packs)

    @property
    def process_parts(self) -> list[ProcessPart]:
        """The objects that web processes and workers both hold, slice by slice."""
        return [part for one in self.slices for part in one.process_parts()]

    @property
    def web_parts(self) -> list[WebPart]:
        """The objects that web processes hold, slice by slice."""
        return [part for one in self.slices for part in one.web_parts()]

    @property
    def worker_parts(self) -> list[WorkerPart]:
        """The objects that workers hold, slice by slice."""
        return [part for one in self.slices for part in one.worker_parts()]

    @property
    def branches(self) -> list[Branch]:
        """The migrations of everything that is on."""
        return branches(self.packs)


def configure() -> Configuration:
    """Read all settings. Raises Misconfigured."""
    main = load(Settings)
    packs = tuple(active_packs(main))
    of_slices = {one.name: load(one.settings.load()) for one in (*FEATURES, *packs)}
    return Configuration(
        main, load(WebSettings), load(CacheSettings), load(JobsSettings), packs,
        {
            name: with_own_folders(with_development_keys(settings, main), name, main)
            for name, settings in of_slices.items()
        },
    )  # fmt: skip


def pack_names(packs: Sequence[Pack]) -> str:
    """Names for a line of text."""
    return ", ".join(pack.name for pack in packs) or "none"
