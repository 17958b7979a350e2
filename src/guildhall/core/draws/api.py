"""A person's draws, over HTTP."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.draws import queries
from guildhall.core.draws.errors import DrawNotFound
from guildhall.core.draws.ids import DrawId
from guildhall.core.draws.schemas import Recorded
from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/me")

READ = "draws:read"
"""The scope of API tokens that read their holder's draws."""

_DRAWS = Cursor("my_draws", 1, DrawId)

PathDrawId = Annotated[
    DrawId, PathParameter(description="The draw's id", examples=[Example(value="019ad0c2-6f2e-7cc3-98b2-5c1f1f4f0a11")])
]


@routes.get("/draws", scope=READ, pages=Pages(_DRAWS))
async def list_my_draws(principal: Principal, tx: Read, asked: Asked[DrawId]) -> Page[Recorded]:
    """Your draws of luck.

    The seed of every outcome that was drawn for you, the latest first. docs/draws.md says how outcomes follow from it.
    """
    found = await queries.draws_of_person.many(tx, principal.viewer.id, asked.after, asked.rows)
    return _DRAWS.page(found, asked.limit, lambda row: row.id)


@routes.get("/draws/{draw_id:uuid}", scope=READ, raises=(DrawNotFound,))
async def get_my_draw(draw_id: PathDrawId, tx: Read) -> Recorded:
    """One of your draws of luck.

    Its seed, and what else the outcome followed from.
    """
    found = await queries.draw.one_or_none(tx, draw_id)
    if found is None:
        raise DrawNotFound
    return found
