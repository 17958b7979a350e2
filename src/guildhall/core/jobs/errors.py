"""Failures of jobs."""


class GiveUp(Exception):
    """Raised by a handler when another attempt cannot help: the job becomes a dead letter at once."""


class RetryLater(Exception):
    """Raised by a handler that is early rather than wrong: again after `seconds`, not counted as a failure."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds
