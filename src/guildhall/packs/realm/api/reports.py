"""Reports and filtered words."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import reports as actions
from guildhall.packs.realm.actions import word_filters
from guildhall.packs.realm.actions.authority import acting_on
from guildhall.packs.realm.api.parameters import AN_ID, READ, WRITE, After, Limit, ServerId
from guildhall.packs.realm.queries import reports as queries
from guildhall.packs.realm.queries.word_filters import filtered_words
from guildhall.packs.realm.rules.ranks import MODERATOR
from guildhall.packs.realm.schemas.moderation import (
    FilteredWord,
    OwnReport,
    Report,
    ReportAnswer,
    ReportMade,
    ReportRequest,
    ReportStatus,
    WordChange,
    WordRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import bodiless, documented
from guildhall.web.routes import below

_REPORTS = Cursor("reports", 1, UUID)
_OWN = Cursor("own_reports", 1, UUID)
_WORDS = Cursor("filtered_words", 1, tuple[Annotated[str, Meta(max_length=200, pattern=WITHOUT_NUL)]])

ReportId = Annotated[UUID, PathParameter(description="The report's id", examples=AN_ID)]
WordId = Annotated[UUID, PathParameter(description="The filtered word's id", examples=AN_ID)]
OfStatus = Annotated[ReportStatus, QueryParameter(name="status", description="Those of this status")]


@post("/reports", summary="Report a message or a person",
      responses=documented(400, 401, 403, 404, 409, 413), guards=[requires(WRITE)])  # fmt: skip
async def post_report(
    data: JSONBody[ReportRequest],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> ReportMade:
    """Report a message or a person to the moderators of the viewer's server. Each person reports a message once."""
    async with db.write(viewer) as tx:
        return ReportMade(await actions.report(tx, viewer, data, settings.open_reports_most))


@get("/me/reports", summary="Your reports, newest first", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_own_reports(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[OwnReport]:
    """Return the viewer's reports and their outcomes."""
    below = _OWN.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await queries.reports_by.many(tx, viewer.id, below, limit + 1)
    return _OWN.page(rows, limit, lambda row: row.id)


@get("/servers/{server_id:uuid}/reports", summary="Reports on a server, newest first",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_reports(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    status: OfStatus = "open",
    after: After = None,
    limit: Limit = 50,
) -> Page[Report]:
    """Return the reports of people and of the word filter. For moderators of the server."""
    below = _REPORTS.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        await acting_on(tx, principal, server_id, MODERATOR)
        rows = await queries.reports_of_server.many(tx, server_id, status, below, limit + 1)
    return _REPORTS.page(rows, limit, lambda row: row.id)


@post("/reports/{report_id:uuid}/answer", status_code=200, summary="Resolve or dismiss a report",
      responses=documented(400, 401, 403, 404, 409, 413), guards=[requires(WRITE)])  # fmt: skip
async def post_answer(
    report_id: ReportId,
    data: JSONBody[ReportAnswer],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Report:
    """Close a report with an answer, once; its author is notified. For moderators of the server."""
    async with db.write(principal.viewer) as tx:
        return await actions.handle_report(tx, principal, report_id, data)


@get("/servers/{server_id:uuid}/word-filters", summary="Words that a server filters",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_words(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[FilteredWord]:
    """Return the filtered words in the order of their folded form, without case and invisible characters.

    For moderators of the server.
    """
    behind = _WORDS.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        await acting_on(tx, principal, server_id, MODERATOR)
        rows = await filtered_words.many(tx, server_id, behind[0] if behind is not None else None, limit + 1)
    return _WORDS.page(rows, limit, lambda row: (row.word,))


@post("/servers/{server_id:uuid}/word-filters", summary="Filter a word",
      responses=documented(400, 401, 403, 404, 409, 413, 422), guards=[requires(WRITE)])  # fmt: skip
async def post_word(
    server_id: ServerId,
    data: JSONBody[WordRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> FilteredWord:
    """Filter a word in every message from now on. For moderators of the server."""
    async with db.write(principal.viewer) as tx:
        return await word_filters.add_word(tx, principal, server_id, data, settings.word_filters_most)


@patch("/servers/{server_id:uuid}/word-filters/{word_id:uuid}", summary="Change what is done with a word",
       responses=documented(400, 401, 403, 404, 409, 413), guards=[requires(WRITE)])  # fmt: skip
async def patch_word(
    server_id: ServerId,
    word_id: WordId,
    data: JSONBody[WordChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> FilteredWord:
    """Change the action of a filtered word. For moderators of the server."""
    async with db.write(principal.viewer) as tx:
        return await word_filters.change_word(tx, principal, server_id, word_id, data.action)


@delete("/servers/{server_id:uuid}/word-filters/{word_id:uuid}", summary="Filter a word no longer",
        responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "It may be said again.")},
        guards=[requires(WRITE)])  # fmt: skip
async def delete_word(
    server_id: ServerId, word_id: WordId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """End the filtering of a word. For moderators of the server."""
    async with db.write(principal.viewer) as tx:
        await word_filters.remove_word(tx, principal, server_id, word_id)


routes = below(
    "/api/v1/realm",
    [
        post_report,
        list_own_reports,
        list_reports,
        post_answer,
        list_words,
        post_word,
        patch_word,
        delete_word,
    ],
)
