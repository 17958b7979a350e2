"""Match ids that grow with time and say whose match it is, so that any id is looked up without an index."""

# OpenDota's match 7,490,235,544 began at 1,702,703,340; since then Valve has given about 17 ids a second.
_ANCHOR_ID = 7_490_235_544
_ANCHOR_TIME = 1_702_703_340
_IDS_PER_SECOND = 17
_FEWEST_STREAMS = 1024


class MatchIds:
    """A grid of match ids: each stream (a player's matches, or the public ones) owns one id in `streams`.

    A match of a stream can only start at that stream's ids, one in `step` seconds; worlds of up to 1,022
    players share the same grid, so the same player has the same matches in each.
    """

    def __init__(self, players: int) -> None:
        self.streams = _FEWEST_STREAMS
        while self.streams < players + 2:
            self.streams *= 2
        self.public = self.streams - 1
        self.professional = self.streams - 2
        self.step = self.streams // _IDS_PER_SECOND + 1

    def at_or_after(self, stream: int, start_time: float) -> int:
        """The first id of a stream whose match starts at or after a time."""
        offset = (int(start_time) - _ANCHOR_TIME) * _IDS_PER_SECOND
        return _ANCHOR_ID + offset + (stream - offset) % self.streams

    def stream(self, match_id: int) -> int:
        """Return the stream to which an id belongs."""
        return (match_id - _ANCHOR_ID) % self.streams

    def start_time(self, match_id: int) -> int:
        """Unix seconds at which the match with this id starts."""
        return _ANCHOR_TIME + (match_id - _ANCHOR_ID) // _IDS_PER_SECOND
