"""Builds: added, read, edited, removed."""

from typing import Annotated

from litestar.params import QueryParameter

from guildhall.core.cache.schemas import Answer
from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds import errors
from guildhall.packs.poe2.builds.actions.adding import BuildLimits, add_build, remove_build
from guildhall.packs.poe2.builds.actions.editing import edit_build
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild, PathShortId
from guildhall.packs.poe2.builds.queries import builds as queries
from guildhall.packs.poe2.builds.queries import versions
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.rules.comparing import same_calculator
from guildhall.packs.poe2.builds.rules.content import Content
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, EditedBuild, Visibility
from guildhall.packs.poe2.builds.schemas.requests import BuildChange, BuildRequest
from guildhall.packs.poe2.builds.views.builds import SharedBuilds, visible
from guildhall.packs.poe2.builds.views.contents import compare_contents, read_content
from guildhall.packs.poe2.codes.api import NO_CODE
from guildhall.packs.poe2.codes.errors import UnwritableText
from guildhall.packs.poe2.codes.rules.comparison import Change
from guildhall.packs.poe2.codes.views import checks_of
from guildhall.packs.poe2.ids import BuildId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2")

_OWN = Cursor("poe2.own_builds", 1, BuildId)
OfVisibility = Annotated[
    Visibility | None, QueryParameter(name="visibility", description="Those alone", required=False)
]

NO_CONTENT = (*NO_CODE, UnwritableText, errors.NothingToRead, errors.NameTooLong)
"""The ways in which a content is refused."""
NO_DETAILS = (errors.BadTag, errors.TooManyTags)
NO_BUILD = (errors.BuildNotFound, errors.BuildGone)


def limits_of(settings: Poe2Settings) -> BuildLimits:
    """Return the limits of builds."""
    return BuildLimits(settings.builds_most, settings.builds_mb, settings.build_versions_most, settings.tags_most)


@routes.post(
    "/builds",
    scope=WRITE,
    raises=(*NO_CONTENT, *NO_DETAILS, errors.TooManyBuilds, errors.TooMuchContent, errors.PatchUnknown),
)
async def post_build(
    data: BuildRequest, viewer: Viewer, db: Database, settings: Poe2Settings, graphs: Graphs
) -> EditedBuild:
    """Add a build.

    Add a build from a Path of Building code, or from fields, with its first version. Its trees are held against those
    of their patches; that tells, and refuses nothing.
    """
    content = await read_content(data.content, settings)
    checks = await checks_of(content.build, graphs)
    async with db.write(viewer) as tx:
        build = await add_build(tx, data, content, limits_of(settings))
    return EditedBuild(build, True, [], checks)


@routes.get("/me/builds", scope=READ, pages=Pages(_OWN))
async def list_own_builds(
    viewer: Viewer, tx: Read, asked: Asked[BuildId], visibility: OfVisibility = None
) -> Page[BuildDetails]:
    """Your builds, the latest made first.

    Drafts, unlisted and public ones.
    """
    rows = await queries.builds_of.many(tx, viewer.id, visibility, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)


@routes.get("/builds/{build:str}", scope=PUBLIC, raises=NO_BUILD)
async def get_build(build: PathBuild, principal: Principal | None, db: Database) -> BuildDetails:
    """A build.

    Without its content, which its versions have. A draft is shown to its author alone.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        return await visible(tx, Named(build))


@routes.get("/b/{short_id:str}", scope=PUBLIC, cached=BuildDetails, lane=True, raises=NO_BUILD)
async def get_shared_build(short_id: PathShortId, shared: SharedBuilds) -> Answer:
    """A build at its short address.

    As everybody sees it who has the address: no drafts. A public build comes from memory; its counts are up to a minute
    old.
    """
    return await shared.find(short_id)


@routes.patch(
    "/builds/{build:str}",
    scope=WRITE,
    raises=(
        *NO_BUILD,
        *NO_CONTENT,
        *NO_DETAILS,
        errors.NotYourBuild,
        errors.EditedMeanwhile,
        errors.BuildWithheld,
        errors.TooManyVersions,
        errors.TooMuchContent,
    ),
)
async def patch_build(
    build: PathBuild,
    data: BuildChange,
    viewer: Viewer,
    db: Database,
    settings: Poe2Settings,
    graphs: Graphs,
    shared: SharedBuilds,
) -> EditedBuild:
    """Edit a build.

    An edit names the revision that it is made of: when another edit was first, it is refused with the numbers of both,
    by which they can be compared. A content that is another one becomes the next version; one that is the same does
    not, and `new_version` says so.
    """
    content: Content | None = None
    changes: list[Change] = []
    if data.content:
        content = await read_content(data.content, settings)
    async with db.read(viewer) as tx:
        before = await visible(tx, Named(build))
        stored = await versions.content.one(tx, before.id, before.latest_version)
    if content is not None and before.revision == data.revision:
        same = same_calculator(
            (before.calculator, before.tree_version), (content.calculator, content.facts.tree_version)
        )
        changes = await compare_contents(stored.build(), content.build, graphs, same_calculator=same)
    checks = [] if content is None else await checks_of(content.build, graphs)
    async with db.write(viewer) as tx:
        after, added = await edit_build(tx, before.id, data, content, changes, limits_of(settings))
    shared.forget(after.short_id)
    return EditedBuild(after, added, changes if added else [], checks)


@routes.delete(
    "/builds/{build:str}",
    scope=WRITE,
    raises=(*NO_BUILD, errors.NotYourBuild),
    empty="The build and all of its versions are deleted; its address is gone for good.",
)
async def delete_build(build: PathBuild, viewer: Viewer, db: Database, shared: SharedBuilds) -> None:
    """Delete a build.

    Delete one of your builds with all of its versions. Nothing of it is kept but that there was a build at its address,
    if others could open it.
    """
    async with db.write(viewer) as tx:
        locked = await remove_build(tx, (await visible(tx, Named(build))).id)
    shared.forget(locked.short_id)
