"""What is logged, as tests read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from guildhall import log


@contextmanager
def captured_logs() -> Iterator[list[dict[str, Any]]]:
    """The events that are logged in the block, with `log_level` and all fields, before anything of them is hidden."""
    lines: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            log,
            "_write",
            lambda level, event, fields: lines.append({**fields, "event": event, "log_level": level}),
        )
        yield lines
