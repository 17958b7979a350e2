"""The objects of builds that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.builds.actions.view_counter import ViewCounter
from guildhall.packs.poe2.builds.api import builds, moderation, opinions, pages, versions
from guildhall.packs.poe2.builds.views.builds import SharedBuilds
from guildhall.packs.poe2.builds.views.cards import Cards
from guildhall.packs.poe2.settings import Poe2Settings


def _larger_bodies(settings: Poe2Settings) -> dict[str, int]:
    """A build as a code, or in fields."""
    return {"/api/v1/poe2/builds": max(settings.code_kb, settings.build_kb) + 64}


WEB = WebPart(
    routes=(*versions.routes, *builds.routes, *opinions.routes, *moderation.routes, *pages.routes),
    provides=(SharedBuilds, ViewCounter, Cards),
    larger_bodies=_larger_bodies,
)
