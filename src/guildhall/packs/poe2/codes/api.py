"""Path of Building codes. Nothing of them is stored here, and no address is fetched."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.codes import errors, views
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.schemas import (
    BuildComparison,
    BuildComparisonRequest,
    CodeRequest,
    ReadCode,
    WrittenCode,
)
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/poe2/codes")

NO_CODE = (
    errors.EmptyCode,
    errors.CodeTooLong,
    errors.BadCharacter,
    errors.CutOff,
    errors.DamagedCode,
    errors.NotACode,
    errors.BuildTooLarge,
    errors.ItemFilterAddress,
    errors.PassiveTreeAddress,
    errors.SharedAddress,
    errors.UnknownAddress,
    errors.OtherGame,
    errors.BadBuild,
)
"""The ways in which a text is no code."""


@routes.post("/read", scope=PUBLIC, raises=NO_CODE, status=200)
async def read_code(data: CodeRequest, settings: Poe2Settings, graphs: Graphs) -> ReadCode:
    """Read a code.

    The build in its canonical form: what has no order is sorted, and what is not understood is kept. Statistics are
    claims of the calculator that wrote the code.
    """
    return await views.read(data.code, settings, graphs)


@routes.post("/write", scope=PUBLIC, raises=(errors.UnwritableText, errors.BadBuild), status=200)
async def write_code(data: Build) -> WrittenCode:
    """Write a code.

    The code of a build in its canonical form, as Path of Building imports it.
    """
    return WrittenCode(await views.written(data))


@routes.post("/compare", scope=PUBLIC, raises=NO_CODE, status=200)
async def compare_codes(data: BuildComparisonRequest, settings: Poe2Settings, graphs: Graphs) -> BuildComparison:
    """Compare two codes.

    What changed from the first build to the second: nodes, gems, items with their modifiers, assumptions, statistics.
    """
    return await views.compared(data.before, data.after, settings, graphs)


def larger_bodies(settings: Poe2Settings) -> dict[str, int]:
    """Builds are larger than other bodies: two codes at most, or one build as JSON."""
    return {"/api/v1/poe2/codes": max(2 * settings.code_kb, 2 * settings.build_kb) + 64}


WEB = WebPart(routes=routes, larger_bodies=larger_bodies)
