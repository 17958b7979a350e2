"""A pack of the tests' own, with boards and endpoints that set scores."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

from guildhall import kit
from guildhall.clock import Clock
from guildhall.testing import settings
from guildhall.testing.product import Product, open_product

POINTS = kit.Board("arcade.points", title="Points", windows=("all", "week"), accounts=True)
TIMES = kit.Board(
    "arcade.times", title="Best times", order="ascending", tie_break="declared", windows=("league", "season", "all"),
    subjects=True,
)  # fmt: skip
ITEMS = kit.Board("arcade.items", title="Items", windows=("all",))


class ArcadeSettings(kit.PackSettings):
    """Settings of the arcade."""


class Scored(Struct, frozen=True):
    """A score that a client reports."""

    score: Decimal
    tie: int = 0


Track = Annotated[str, Meta(pattern="^[a-z]{1,10}$", description="The track")]
League = Annotated[str, Meta(max_length=20, description="The league")]

routes = kit.Routes("/api/v1/arcade")


@routes.post("/points", scope="arcade:write", raises=(kit.BadScore,))
async def add_points(principal: kit.Principal, tx: kit.Write, data: Scored) -> bool:
    """Add to one's points."""
    return await POINTS.add(tx, principal.viewer.id, data.score)


@routes.put("/times/{track:str}/{league:str}", scope="arcade:write", raises=(kit.BadScore, kit.WindowClosed))
async def report_time(principal: kit.Principal, tx: kit.Write, data: Scored, track: Track, league: League) -> bool:
    """Report a time on a track."""
    names = {"league": league, "season": None}
    return await TIMES.set_best(
        tx, f"car-{str(principal.viewer.id)[-8:]}", data.score, tie=data.tie, user_id=principal.viewer.id,
        subject=track, names=names,
    )  # fmt: skip


PACK = kit.make_pack("arcade", title="Arcade", settings=ArcadeSettings, boards=(POINTS, TIMES, ITEMS), routes=routes)


def open_arcade(clone: str, clock: Clock | None = None, **overrides: Any) -> AbstractAsyncContextManager[Product]:
    """Open a web process with the arcade alone."""
    return open_product(settings.configuration([PACK], **overrides), clone, clock or Clock())
