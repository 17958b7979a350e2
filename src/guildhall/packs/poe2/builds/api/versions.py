"""Versions of builds, and comparisons of any two."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.builds import errors
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import Number, PathBuild, PathNumber
from guildhall.packs.poe2.builds.queries import versions
from guildhall.packs.poe2.builds.rules.addresses import Named, parse_side
from guildhall.packs.poe2.builds.rules.comparing import same_calculator
from guildhall.packs.poe2.builds.rules.content import StoredContent
from guildhall.packs.poe2.builds.schemas.builds import (
    BuildDetails,
    ComparedBuilds,
    ComparedVersion,
    VersionDetails,
    VersionLine,
)
from guildhall.packs.poe2.builds.views.builds import version_of, visible
from guildhall.packs.poe2.builds.views.contents import compare_contents
from guildhall.packs.poe2.codes.views import checks_of
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.web.route import PUBLIC, Asked, Pages, Routes

routes = Routes("/api/v1/poe2/builds")

_VERSIONS = Cursor("poe2.versions", 1, tuple[Number])


def _side(name: str) -> QueryParameter:
    return QueryParameter(
        name=name,
        description="A build by its short id or its id, and behind an @ the version; without one the latest",
        max_length=60,
        examples=[
            Example(summary="A version", value="7Hq3Vt9mZk2cXbWn4@2"),
            Example(summary="The latest", value="7Hq3Vt9mZk2cXbWn4"),
        ],
    )


@routes.get("/compare", scope=PUBLIC, raises=(*NO_BUILD, errors.VersionNotFound))
async def compare_builds(
    left: Annotated[str, _side("left")],
    right: Annotated[str, _side("right")],
    principal: Principal | None,
    db: Database,
    graphs: Graphs,
) -> ComparedBuilds:
    """Compare any two builds or versions.

    What changed from the left one to the right one, as data and in words. Statistics are claims of a calculator about
    a tree: those of different ones are not compared.
    """
    async with db.read(None if principal is None else principal.viewer, snapshot=True) as tx:
        (one, one_line, one_stored), (other, other_line, other_stored) = [
            await _compared(tx, text) for text in (left, right)
        ]
    before, after = one_stored.build(), other_stored.build()
    same = same_calculator(
        (one_line.calculator, one_line.tree_version), (other_line.calculator, other_line.tree_version)
    )
    changes = await compare_contents(before, after, graphs, same_calculator=same)
    return ComparedBuilds(
        _told(one, one_line), _told(other, other_line), one_line.content_hash == other_line.content_hash, same, changes
    )


@routes.get("/{build:str}/versions", scope=PUBLIC, pages=Pages(_VERSIONS), raises=NO_BUILD)
async def list_versions(
    build: PathBuild, principal: Principal | None, db: Database, asked: Asked[tuple[Number]]
) -> Page[VersionLine]:
    """Versions of a build, the latest first.

    Whoever may see a build may see all of its versions.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        found = await visible(tx, Named(build))
        rows = await versions.versions_of.many(
            tx, found.id, None if asked.after is None else asked.after[0], asked.rows
        )
    return _VERSIONS.page(rows, asked.limit, lambda row: (row.version_number,))


@routes.get("/{build:str}/versions/{number:int}", scope=PUBLIC, raises=(*NO_BUILD, errors.VersionNotFound))
async def get_version(
    build: PathBuild, number: PathNumber, principal: Principal | None, db: Database, graphs: Graphs
) -> VersionDetails:
    """A version with its content.

    In the canonical form: what has no order is sorted, and what is not understood is kept. A version never changes.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        line, stored = await version_of(tx, await visible(tx, Named(build)), number)
    content = stored.build()
    return VersionDetails(line, content, await checks_of(content, graphs))


async def _compared(tx: Transaction, text: str) -> tuple[BuildDetails, VersionLine, StoredContent]:
    named, number = parse_side(text)
    build = await visible(tx, named)
    return build, *await version_of(tx, build, number or build.latest_version)


def _told(build: BuildDetails, line: VersionLine) -> ComparedVersion:
    return ComparedVersion(
        build.id, build.short_id, build.title, line.version_number, line.class_name, line.ascendancy, line.level,
        line.tree_version, line.calculator,
    )  # fmt: skip
