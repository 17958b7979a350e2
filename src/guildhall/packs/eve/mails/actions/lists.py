"""The game's list of mails, read page by page from one mail down to another."""

from msgspec import Struct

from guildhall.core.upstream.rows import Rows
from guildhall.packs.eve.mails.schemas.stored import GivenMail
from guildhall.packs.eve.sections.asking import Asking
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Answer

MAILS = Rows(list[GivenMail])
PAGE = 50
"""Headers that ESI gives at once."""
EMPTY = b"[]"
TOP = 2**63 - 1
"""An id above every mail's."""


class Stretch(Struct, frozen=True):
    """A stretch of the list from `low` up to but not with `high`, without a hole. `low` is 0 where the list ended.

    `whole` is false when rows were dropped: one that is missing may be among them.
    """

    mails: dict[int, GivenMail]
    low: int
    high: int
    whole: bool

    @property
    def ended(self) -> bool:
        """True if the list has nothing below this stretch."""
        return self.low == 0


async def read_list(asking: Asking, base: str, first: Answer | None, below: int, down_to: int, pages: int) -> Stretch:
    """Read the list below a mail until it ends, reaches `down_to`, goes no lower, or `pages` were read.

    `first` is the list's first page, where it has just come. An empty first page proves nothing: it has been seen
    where nothing was deleted.
    """
    given: dict[int, GivenMail] = {}
    low, odd = below, asking.odd
    answer = first
    for number in range(pages):
        if answer is None:
            answer = await asking.get(routes.MAIL, f"{base}?last_mail_id={low}")
        dropped = asking.odd
        page = asking.decode(routes.MAIL, answer, MAILS)
        answer = None
        found = {mail.mail_id: mail for mail in page if mail.mail_id is not None and mail.mail_id < below}
        lowest = min(found, default=low)
        given |= found
        if len(page) + asking.odd - dropped < PAGE and (page or number or first is None):
            low = 0
            break
        if lowest >= low:
            break
        low = lowest
        if low <= down_to:
            break
    return Stretch(given, low, below, asking.odd == odd)
