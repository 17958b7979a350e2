"""Metrics of the packs, and of which of them are left out. One that fails or takes a name spoils no others."""

import inspect
from collections.abc import Callable, Iterable
from typing import get_type_hints

from guildhall.boot.configuration import Configuration
from guildhall.boot.faults import blaming, packages_of, place_of, words_of
from guildhall.boot.runtime import WebRuntime
from guildhall.errors import Miswired
from guildhall.log import get_logger
from guildhall.pack import Pack, Slice
from guildhall.web import metrics
from guildhall.web.exposition import Metric

log = get_logger(__name__)


def pack_states(configuration: Configuration) -> Iterable[Metric]:
    """1 for each pack that is left out as broken, 0 for each that is on."""
    states = dict.fromkeys(((pack.name,) for pack in configuration.packs), 0.0)
    states |= dict.fromkeys(((fault.pack,) for fault in configuration.left_out), 1.0)
    yield metrics.gauges("guildhall_pack_left_out", "Packs that are left out as broken", ("pack",), states)


def slice_sources(runtime: WebRuntime) -> list[metrics.Source]:
    """The metrics that the slices bring. Raises PackFailed for a function that asks for what nothing provides."""
    found: list[metrics.Source] = []
    for one, part in runtime.configuration.owned_web_parts:
        if part.metrics is not None:
            with blaming(one, "does not start"):
                given = _asked(part.metrics, runtime)
            found.append(_Guarded(one, part.metrics, given))
    return found


class _Guarded:
    """The metrics of a slice; one that fails is told once in the log, and is left away."""

    def __init__(self, one: Slice, read: Callable[..., Iterable[Metric]], given: dict[str, object]) -> None:
        self._slice, self._read, self._given = one, read, given
        self._told = False

    def __call__(self) -> Iterable[Metric]:
        try:
            found = list(self._read(**self._given))
            for one in found:
                self._require_own(one.name)
        except Exception as error:
            if not isinstance(self._slice, Pack):
                raise
            if not self._told:
                self._told = True
                place = place_of(error, packages_of(self._slice))
                log.error("pack_metrics_broken", pack=self._slice.name, why=words_of(error), place=place)
            return []
        return found

    def _require_own(self, name: str) -> None:
        """Raises Miswired for a name that could be another's."""
        if isinstance(self._slice, Pack) and not name.startswith((f"guildhall_{self._slice.name}_", self._slice.name)):
            raise Miswired(f"the metric '{name}' does not begin with 'guildhall_{self._slice.name}_'")


def _asked(function: Callable[..., object], runtime: WebRuntime) -> dict[str, object]:
    """The arguments that a function's parameters ask for by type. Raises Miswired."""
    hints = get_type_hints(function)
    for name in inspect.signature(function).parameters:
        if hints.get(name) not in runtime.provided:
            raise Miswired(f"its metrics ask for {name}: {hints.get(name)}, which nothing provides")
    return {name: runtime.provided[hints[name]] for name in inspect.signature(function).parameters}
