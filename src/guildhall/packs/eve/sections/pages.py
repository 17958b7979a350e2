"""Lists in pages (X-Pages), read as one: all pages are of the same making, or none is believed."""

from datetime import timedelta

from guildhall.packs.eve.sections.asking import Asking
from guildhall.packs.eve.sections.errors import MixedPages
from guildhall.packs.eve.upstream.client import Answer
from guildhall.packs.eve.upstream.routes import Route

_CLOSE = timedelta(seconds=5)
"""The time before its end in which no list is begun: its later pages would be of the next generation."""


def page_target(target: str, page: int) -> str:
    """The target of a page; the first is asked as the list itself."""
    return target if page == 1 else f"{target}{'&' if '?' in target else '?'}page={page}"


async def further_pages(asking: Asking, route: Route, target: str, first: Answer, count: int) -> list[Answer]:
    """Pages 2 to `count` of a list whose first page has just come.

    All must share one Last-Modified: when the list was made anew while it was read, the pages of before are read again,
    once. Raises MixedPages when they are mixed even so, or cannot be asked again yet.
    """
    if count < 2:
        return []
    if first.expires_at - asking.esi.clock.now() < _CLOSE:
        raise MixedPages(detail="The list expires soon; its pages would come from two versions.", retry_after=10)
    pages = {page: await asking.get(route, page_target(target, page)) for page in range(2, count + 1)}
    if len({first.last_modified, *(answer.last_modified for answer in pages.values())}) > 1:
        # The first page is of the older making, or of another copy of the cache: it is fresh for us until it expires,
        # so the whole is for the next time.
        wait = max(first.expires_at, *(answer.expires_at for answer in pages.values())) - asking.esi.clock.now()
        raise MixedPages(
            detail="The pages of the list come from different versions.", retry_after=int(wait.total_seconds()) + 1
        )
    return [pages[page] for page in sorted(pages)]
