"""Sessions: logged while somebody crafts, imported, completed."""

from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter

from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.packs.poe2.crafting import errors
from guildhall.packs.poe2.crafting.actions import imports, sessions, steps
from guildhall.packs.poe2.crafting.actions.sessions import SessionLimits
from guildhall.packs.poe2.crafting.api.parameters import READ, WRITE, CursorNumber, OfBase, OfClass, PathSessionId
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.queries import sessions as queries
from guildhall.packs.poe2.crafting.rules.craft_of_exile import read_export
from guildhall.packs.poe2.crafting.schemas.sessions import (
    CompletionRequest,
    CraftingSession,
    ExportRequest,
    LoggedStep,
    LoggedStepAdded,
    SessionCard,
    SessionChange,
    SessionImported,
    SessionRequest,
    StepRequest,
)
from guildhall.packs.poe2.ids import CraftingSessionId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2/crafting/sessions")

_SESSIONS = Cursor("poe2.crafting_sessions", 1, CraftingSessionId)
_STEPS = Cursor("poe2.crafting_steps", 1, tuple[CursorNumber])
OfOpen = Annotated[
    bool | None, QueryParameter(name="open", description="Only open ones, or only completed ones", required=False)
]


def limits_of(settings: Poe2Settings) -> SessionLimits:
    """Return the limits of sessions."""
    return SessionLimits(settings.crafting_sessions_most, settings.crafting_open_most, settings.crafting_steps_most)


@routes.post(
    "/",
    scope=WRITE,
    raises=(errors.TooManySessions, errors.TooManyOpenSessions, errors.StrategyNotFound),
)
async def post_session(data: SessionRequest, tx: Write, settings: Poe2Settings) -> CraftingSession:
    """Begin a session.

    The costs of its steps are counted in one currency, at the prices of the time of each step.
    """
    return await sessions.begin_session(tx, data, limits_of(settings))


@routes.get("/", scope=READ, pages=Pages(_SESSIONS))
async def list_sessions(
    viewer: Viewer,
    tx: Read,
    asked: Asked[CraftingSessionId],
    base: OfBase = None,
    class_: OfClass = None,
    open_: OfOpen = None,
) -> Page[SessionCard]:
    """Your sessions, the latest first."""
    rows = await queries.session_page.many(tx, viewer.id, class_, base, open_, asked.after, asked.rows)
    return _SESSIONS.page(rows, asked.limit, lambda row: row.id)


@routes.get("/{session_id:uuid}", scope=READ, raises=(errors.SessionNotFound,))
async def get_session(session_id: PathSessionId, tx: Read) -> CraftingSession:
    """A session of yours."""
    row = await queries.session.one_or_none(tx, session_id)
    if row is None:
        raise errors.SessionNotFound
    return sessions.shown(row)


@routes.patch(
    "/{session_id:uuid}",
    scope=WRITE,
    raises=(errors.SessionNotFound, errors.SessionOpen, errors.StrategyNotFound),
)
async def patch_session(session_id: PathSessionId, data: SessionChange, tx: Write) -> CraftingSession:
    """Change what is said about a session.

    Title, note, strategy, given prices; of a completed one, how it ended. What is left out stays.
    """
    return await sessions.change_session(tx, session_id, data)


@routes.delete("/{session_id:uuid}", scope=WRITE, raises=(errors.SessionNotFound,), empty="It is deleted.")
async def delete_session(session_id: PathSessionId, tx: Write) -> None:
    """Delete a session with its steps."""
    await sessions.delete_session(tx, session_id)


@routes.get(
    "/{session_id:uuid}/steps", scope=READ, pages=Pages(_STEPS, 50, largest=200), raises=(errors.SessionNotFound,)
)
async def list_steps(session_id: PathSessionId, tx: Read, asked: Asked[tuple[CursorNumber]]) -> Page[LoggedStep]:
    """Steps of a session, in their order."""
    found = await queries.step_page.many(tx, session_id, 0 if asked.after is None else asked.after[0], asked.rows)
    if not found and await queries.session.one_or_none(tx, session_id) is None:
        raise errors.SessionNotFound
    rows: list[Any] = [msgspec.convert(one, LoggedStep) for one in found]
    return _STEPS.page(rows, asked.limit, lambda row: (row.number,))


@routes.post(
    "/{session_id:uuid}/steps",
    scope=WRITE,
    raises=(errors.SessionNotFound, errors.SessionClosed, errors.StepTaken, errors.TooManySteps),
)
async def post_step(
    session_id: PathSessionId, data: StepRequest, tx: Write, games: Games, settings: Poe2Settings
) -> LoggedStepAdded:
    """Log a step.

    The next one of the session, with its cost at the prices of its time and its estimated odds. The same step may be
    sent again; another one under a number that is taken is refused, with the state of the session.
    """
    return await steps.add_step(tx, session_id, data, games, settings.market_price_hours, settings.crafting_steps_most)


@routes.post(
    "/{session_id:uuid}/completion",
    scope=WRITE,
    status=200,
    raises=(errors.SessionNotFound, errors.SessionClosed),
)
async def post_completion(session_id: PathSessionId, data: CompletionRequest, tx: Write) -> CraftingSession:
    """Complete a session.

    It takes no more steps. Whether it succeeded may be said now or later; until then it is unknown.
    """
    return await sessions.complete_session(tx, session_id, data)


@routes.post(
    "/imports",
    scope=WRITE,
    status=200,
    raises=(errors.BadExport, errors.TooManySessions, errors.StrategyNotFound),
)
async def import_session(data: ExportRequest, tx: Write, settings: Poe2Settings) -> SessionImported:
    """Import a session from the emulator of Craft of Exile.

    The same export is imported once. Costs are counted at the prices of `at`; what has no price stays unknown.
    """
    exported = read_export(data.export, settings.crafting_steps_most)
    return await imports.import_export(tx, data, exported, settings.market_price_hours, limits_of(settings))
