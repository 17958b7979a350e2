"""What does it cost to read a Path of Building code, to compare it with the version before, and to refuse a bomb?"""

import contextlib
import copy
import statistics
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial
from xml.etree.ElementTree import Element, fromstring, tostring

from msgspec import Struct

from bench.compare import Result, told, within
from bench.context import BenchError, Context
from guildhall.collector import collected_rarely
from guildhall.packs.poe2.builds.rules.content import content_of
from guildhall.packs.poe2.codes.errors import BuildTooLarge
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.comparison import compare
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.codes.rules.spelling import code_of, pack, packed_of, xml_of
from guildhall.packs.poe2.sandbox import BuildMaker

CALLS, LARGE_CALLS = 300, 60
MADE = 200
MEDIAN = 37_000
"""Characters of the XML of half of the builds that people share."""
LARGE = 2_000_000
MOST_CODE, MOST_XML = 400_000, 2_500_000
"""The limits of a server that is set as it comes."""
BOMBS = (3_000_000, 200_000_000)


def run(context: Context) -> list[Result]:
    """CPU of this process for many calls, each whole from the text of the code.

    Judged is the fastest tenth: other work of a shared machine makes the same instructions take up to twice the time,
    and never less. The median is told beside it.
    """
    with collected_rarely():  # as in a server
        return _codes(context) + _bombs(context)


def _codes(context: Context) -> list[Result]:
    maker = BuildMaker(1)
    made = [maker.xml() for _ in range(context.scaled(MADE))]
    xml = min(made, key=lambda one: abs(len(one) - MEDIAN))
    after, before = code_of(pack(xml)), _read(code_of(pack(_edited(xml))))
    if not compare(before, _read(after)):
        raise BenchError("the version before is the same")
    large = _large(max(made, key=len))
    large_code = code_of(pack(large))
    calls, large_calls = context.scaled(CALLS), context.scaled(LARGE_CALLS)
    usual = f"code of {len(xml) // 1000} kB to the canonical form"
    compared = _cpu_ms(lambda: compare(before, content_of(*_packed(after), None).build), calls)
    alone = _cpu_ms(lambda: content_of(*_packed(after), None), calls)
    larger = _cpu_ms(lambda: content_of(*_packed(large_code), None), large_calls)
    changes = f"{usual}, with its changes since the version before: CPU"
    return [
        within(f"{changes}, fastest tenth", compared.fast, 3, "ms"),
        told(f"{changes}, median", compared.median, "ms"),
        told(f"{usual}: CPU, median", alone.median, "ms"),
        within(f"code of {len(large) / 1e6:.1f} MB to the canonical form: CPU, fastest tenth", larger.fast, 100, "ms"),
        told(f"code of {len(large) / 1e6:.1f} MB to the canonical form: CPU, median", larger.median, "ms"),
    ]


def _bombs(context: Context) -> list[Result]:
    results = []
    for size in BOMBS:
        bomb = code_of(zlib.compress(b"<PathOfBuilding2>" + b" " * size, 9))
        what = f"a bomb of {size // 1_000_000:,} MB in {len(bomb) // 1000:,} kB is refused"
        spent = _cpu_ms(partial(_refused, bomb), context.scaled(CALLS))
        results.append(within(f"{what}: CPU, median", spent.median, 5, "ms"))
        results.append(within(f"{what}: memory", _peak_mb(bomb), 8, "MB"))
    return results


def _packed(code: str, most_code: int = 20 * MOST_CODE) -> tuple[Build, bytes]:
    packed = packed_of(code, most_code)
    return read_build(xml_of(packed, MOST_XML)), packed


def _read(code: str) -> Build:
    return _packed(code)[0]


def _refused(bomb: str) -> None:
    """Raises BenchError if a bomb is taken."""
    with contextlib.suppress(BuildTooLarge):
        _packed(bomb, MOST_CODE)
        raise BenchError("a bomb was taken for a build")


def _edited(xml: str) -> str:
    """The version before: another level, other modifiers, fewer passive nodes."""
    root = fromstring(xml)
    _child(root, "Build").set("level", "42")
    for spec in _child(root, "Tree"):
        spec.set("nodes", ",".join(spec.get("nodes", "").split(",")[:-12]))
    for item in _child(root, "Items").findall("Item")[::3]:
        item.text = (item.text or "").replace("maximum Life", "maximum Mana")
    return tostring(root, encoding="unicode")


def _large(xml: str) -> str:
    """A build with as many trees, skills and items as two megabytes hold."""
    root = fromstring(xml)
    number, size = 1000, len(xml)
    sections = [_child(root, name) for name in ("Tree", "Skills", "Items")]
    originals = [list(section) for section in sections]
    while size < LARGE:
        for section, children in zip(sections, originals, strict=True):
            for child in children:
                other = copy.deepcopy(child)
                if other.tag == "Item":
                    number += 1
                    other.set("id", str(number))
                    other.text = f"{other.text}\n+{number} to maximum Life"
                section.append(other)
                size += len(tostring(other))
    return tostring(root, encoding="unicode")


def _child(root: Element, name: str) -> Element:
    found = root.find(name)
    if found is None:
        raise BenchError(f"the made build has no {name}")
    return found


class Spent(Struct, frozen=True):
    """Milliseconds of CPU of a call."""

    fast: float
    median: float


def _cpu_ms(call: Callable[[], object], calls: int) -> Spent:
    """Return the CPU of calls."""
    spent = []
    for _ in range(max(calls, 3)):
        began = time.process_time()
        call()
        spent.append((time.process_time() - began) * 1e3)
    spent.sort()
    return Spent(spent[len(spent) // 10], statistics.median(spent))


def _peak_mb(bomb: str) -> float:
    tracemalloc.start()
    try:
        _refused(bomb)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
