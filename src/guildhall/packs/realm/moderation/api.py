"""Reports and filtered words."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE, READ, STAFF, WRITE, PathServerId
from guildhall.packs.realm.access.errors.permissions import Forbidden, MessageNotFound, UserNotFound
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.ids import WordId
from guildhall.packs.realm.moderation.actions import reports as actions
from guildhall.packs.realm.moderation.actions import word_filters
from guildhall.packs.realm.moderation.errors import (
    AlreadyReported,
    NothingReported,
    ReportHandled,
    ReportNotFound,
    TooManyReports,
    TooManyWords,
    WordKnown,
    WordNotFound,
    WordRefused,
)
from guildhall.packs.realm.moderation.queries import reports as queries
from guildhall.packs.realm.moderation.queries.word_filters import filtered_words
from guildhall.packs.realm.moderation.schemas import (
    FilteredWord,
    OwnReport,
    Report,
    ReportAnswer,
    ReportMade,
    ReportRequest,
    WordChange,
    WordRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_REPORTS = Cursor("reports", 1, ReportId)
_OWN = Cursor("own_reports", 1, ReportId)
_WORDS = Cursor("filtered_words", 1, tuple[Annotated[str, Meta(max_length=200, pattern=WITHOUT_NUL)]])

PathReportId = Annotated[ReportId, PathParameter(description="The report's id", examples=AN_ID)]
PathWordId = Annotated[WordId, PathParameter(description="The filtered word's id", examples=AN_ID)]
OfStatus = Annotated[ReportStatus, QueryParameter(name="status", description="Those of this status")]


@routes.post(
    "/reports",
    scope=WRITE,
    raises=(*PROFILE, NothingReported, Forbidden, MessageNotFound, UserNotFound, AlreadyReported, TooManyReports),
)
async def post_report(data: ReportRequest, tx: Write, settings: RealmSettings) -> ReportMade:
    """Report a message or a person.

    Report a message or a person to the moderators of the viewer's server. Each person reports a message once.
    """
    return ReportMade(await actions.report(tx, data, settings.open_reports_most))


@routes.get("/me/reports", scope=READ, pages=Pages(_OWN, 50))
async def list_own_reports(viewer: Viewer, tx: Read, asked: Asked[ReportId]) -> Page[OwnReport]:
    """Your reports, newest first.

    Return the viewer's reports and their outcomes.
    """
    rows = await queries.reports_by.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)


@routes.get("/servers/{server_id:uuid}/reports", scope=READ, pages=Pages(_REPORTS, 50), raises=STAFF)
async def list_reports(
    server_id: PathServerId, principal: Principal, tx: Read, asked: Asked[ReportId], status: OfStatus = "open"
) -> Page[Report]:
    """Reports on a server, newest first.

    Return the reports of people and of the word filter. For moderators of the server.
    """
    await acting_on(tx, principal, server_id, MODERATOR)
    rows = await queries.reports_of_server.many(tx, server_id, status, asked.after, asked.rows)
    return _REPORTS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/reports/{report_id:uuid}/answer", scope=WRITE, status=200, raises=(*STAFF, ReportNotFound, ReportHandled)
)
async def post_answer(report_id: PathReportId, data: ReportAnswer, principal: Principal, tx: Write) -> Report:
    """Resolve or dismiss a report.

    Close a report with an answer, once; its author is notified. For moderators of the server.
    """
    return await actions.handle_report(tx, principal, report_id, data)


@routes.get("/servers/{server_id:uuid}/word-filters", scope=READ, pages=Pages(_WORDS, 50), raises=STAFF)
async def list_words(
    server_id: PathServerId,
    principal: Principal,
    tx: Read,
    asked: Asked[tuple[Annotated[str, Meta(max_length=200, pattern=WITHOUT_NUL)]]],
) -> Page[FilteredWord]:
    """Words that a server filters.

    Return the filtered words in the order of their folded form, without case and invisible characters.

    For moderators of the server.
    """
    behind = asked.after
    await acting_on(tx, principal, server_id, MODERATOR)
    rows = await filtered_words.many(tx, server_id, behind[0] if behind is not None else None, asked.rows)
    return _WORDS.page(rows, asked.limit, lambda row: (row.word,))


@routes.post(
    "/servers/{server_id:uuid}/word-filters", scope=WRITE, raises=(*STAFF, TooManyWords, WordKnown, WordRefused)
)
async def post_word(
    server_id: PathServerId, data: WordRequest, principal: Principal, tx: Write, settings: RealmSettings
) -> FilteredWord:
    """Filter a word.

    Filter a word in every message from now on. For moderators of the server.
    """
    return await word_filters.add_word(tx, principal, server_id, data, settings.word_filters_most)


@routes.patch("/servers/{server_id:uuid}/word-filters/{word_id:uuid}", scope=WRITE, raises=(*STAFF, WordNotFound))
async def patch_word(
    server_id: PathServerId, word_id: PathWordId, data: WordChange, principal: Principal, tx: Write
) -> FilteredWord:
    """Change what is done with a word.

    For moderators of the server.
    """
    return await word_filters.change_word(tx, principal, server_id, word_id, data.action)


@routes.delete(
    "/servers/{server_id:uuid}/word-filters/{word_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, WordNotFound),
    empty="It may be said again.",
)
async def delete_word(server_id: PathServerId, word_id: PathWordId, principal: Principal, tx: Write) -> None:
    """Filter a word no longer.

    For moderators of the server.
    """
    await word_filters.remove_word(tx, principal, server_id, word_id)
