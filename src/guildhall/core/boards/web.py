"""The objects of leaderboards that web processes hold."""

from collections.abc import Iterable

from guildhall.core.boards.api import routes
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.lists import Lists
from guildhall.core.boards.standings import Standings
from guildhall.pack import WebPart
from guildhall.web.exposition import Metric
from guildhall.web.metrics import counter, gauge


def metrics(standings: Standings, follower: BoardFollower) -> Iterable[Metric]:
    """Return the figures of this process: who answered, and how the copy in Redis does."""
    answered: dict[tuple[str, ...], float] = {(by,): count for by, count in list(standings.answered.items())}
    words = (
        "Answers about boards: by postgresql, by redis, or a fallback to PostgreSQL where Redis could not be believed"
    )
    yield counter("guildhall_boards_answers", words, ("by",), answered)
    yield counter("guildhall_boards_counted", "Changes of scores counted here", (), {(): follower.counted})
    yield counter("guildhall_boards_copies", "Copies of the boards begun in Redis", (), {(): follower.copier.begun})
    yield gauge("guildhall_boards_copy_lacks", "Lists that Redis' copy does not have yet", follower.copier.lacking)
    yield gauge("guildhall_boards_pending", "Whether changes of scores wait to be counted", follower.pending)


WEB = WebPart(routes=routes, provides=(Standings, Lists, BoardFollower), metrics=metrics)
