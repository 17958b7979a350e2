"""The header Last-Event-ID, with which a stream of server-sent events goes on."""

from typing import Annotated
from uuid import UUID

from litestar.params import HeaderParameter

_LONGEST = 36

UNKNOWN = UUID(int=2**128 - 1)
"""An id that no event ever has: it is behind everything."""

LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID",
        description="The last event that was seen: the stream goes on behind it. An empty one is none; one that was "
        "never given out is passed over, and the stream goes on from now.",
        required=False,
    ),
]


def last_event(text: str | None) -> UUID | None:
    """Return the id in the header: None for none or an empty one, UNKNOWN for anything that is no id.

    No text is refused: a browser's EventSource sends the last seen id by itself, and any answer but 200 ends it for
    good.
    """
    plain = (text or "").strip()
    if not plain:
        return None
    if len(plain) > _LONGEST or not plain.isascii():
        return UNKNOWN
    try:
        return UUID(plain)
    except ValueError:
        return UNKNOWN
