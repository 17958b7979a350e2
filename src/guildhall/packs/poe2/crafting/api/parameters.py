"""Parameters that several entrances take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.moderation.ids import ReportId
from guildhall.packs.poe2.crafting.schemas.game import PATCH
from guildhall.packs.poe2.ids import CraftingSessionId, StrategyId
from guildhall.text import WITHOUT_NUL

READ = "poe2:read"
"""The scope of API tokens that read."""
WRITE = "poe2:write"
"""The scope of API tokens that write."""
_AN_ID = [Example(value="0192f8a4-7c00-7000-8000-000000000001")]

PathPatch = Annotated[
    str,
    PathParameter(description="A patch of the game", max_length=20, pattern=PATCH, examples=[Example(value="0.5")]),
]
PathSessionId = Annotated[CraftingSessionId, PathParameter(description="The session's id", examples=_AN_ID)]
PathStrategyId = Annotated[StrategyId, PathParameter(description="The strategy's id", examples=_AN_ID)]
PathReportId = Annotated[ReportId, PathParameter(description="The report's id", examples=_AN_ID)]
OfBase = Annotated[
    str | None,
    QueryParameter(
        name="base", description="Only for this base type", required=False, min_length=1, max_length=255,
        pattern=WITHOUT_NUL, examples=[Example(value="Gold Ring")],
    ),
]  # fmt: skip
OfClass = Annotated[
    str | None,
    QueryParameter(
        name="class", description="Only of this item class", required=False, min_length=1, max_length=120,
        pattern=WITHOUT_NUL, examples=[Example(value="Ring")],
    ),
]  # fmt: skip
# What stands in a cursor fits the column that it is compared with, so that a forged one is refused as such.
CursorText = Annotated[str, Meta(max_length=255, pattern=WITHOUT_NUL)]
CursorNumber = Annotated[int, Meta(ge=0, lt=2**31)]
CursorShare = Annotated[float, Meta(ge=0, le=1)]
