"""All characters of a user at a glance."""

from guildhall.core.cache.schemas import Answer
from guildhall.db.policies import Viewer
from guildhall.pack import WebPart
from guildhall.packs.eve.characters.parameters import READ
from guildhall.packs.eve.overview.schemas import Overview
from guildhall.packs.eve.overview.views import Overviews
from guildhall.web.route import Routes

routes = Routes("/api/v1/eve")


@routes.get("/overview", scope=READ, cached=Overview)
async def get_overview(viewer: Viewer, overviews: Overviews) -> Answer:
    """All your characters at a glance.

    Return all characters at a glance: training, queue, wallet, orders, jobs, colonies, mail, alerts, access, age.

    Times are instants, for the client to count down to: the answer and its ETag stay as long as nothing changes.
    """
    return await overviews.of(viewer)


WEB = WebPart(provides=(Overviews,), routes=routes)
