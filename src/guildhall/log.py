"""Logs: JSON lines unless on a terminal, one canonical line a request or job, never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec
import structlog

SECRET_WORDS = ("token", "secret", "password", "authorization", "cookie", "api_key", "email")
"""A field whose name holds one of these is never printed."""


class Output:
    """Where lines go. Set once at the start of a process by `configure`."""

    def __init__(self) -> None:
        self.stream: TextIO = sys.stderr
        self.json = True
        self.requests = True


_output = Output()


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = "…"
    return event


def configure(*, json: bool | None = None, level: str = "info", requests: bool = True) -> None:
    """Send all logs to standard error: JSON when it is no terminal, unless `json` says which."""
    stream = sys.stderr
    as_json = not stream.isatty() if json is None else json
    _output.stream, _output.json, _output.requests = stream, as_json, requests
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer(
            serializer=lambda event, **_: msgspec.json.encode(event, enc_hook=str).decode()
        )
        if as_json
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else structlog.processors.StackInfoRenderer(),
            _redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # the worker's canonical lines say it all


def canonical(event: str, **fields: Any) -> None:
    """The one line that tells what a request or job was and how it went.

    Not through structlog's processors: at tens of thousands of requests a second they are the larger part
    of a request's cost. Callers pass no secret, and ids are their own fields.
    """
    if not _output.requests:
        return
    now = datetime.now(UTC)
    if _output.json:
        line = msgspec.json.encode({"event": event, "timestamp": now, **fields}).decode()
    else:
        line = f"{now:%H:%M:%S} {event} " + " ".join(f"{name}={value}" for name, value in fields.items())
    _output.stream.write(line + "\n")
