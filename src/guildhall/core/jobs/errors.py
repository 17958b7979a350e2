"""Failures of jobs."""


class GiveUp(Exception):
    """Raised by a handler when another attempt cannot help: the job becomes a dead letter at once."""


class RetryLater(Exception):
    """Raised by a handler that is early rather than wrong: again after `seconds`, not counted as a failure."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


def in_words(failure: BaseException) -> str:
    """Return a failure in a line, for a row: its type and text, as PostgreSQL can hold it."""
    text = f"{type(failure).__name__}: {failure}"[:2000]
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
