"""Logs: JSON lines unless on a terminal, one canonical line a request or job, never a secret."""

import asyncio
import atexit
import logging
import re
import sys
import time
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import msgspec

# structlog imports rich, and rich pygments, where they are installed: megabytes of every process, for tracebacks that
# show the values of variables, which logs must not. With None in its place a module counts as not installed.
_rich = sys.modules.get("rich")
sys.modules["rich"] = cast(Any, None)
try:
    import structlog
    from structlog import get_logger
    from structlog.contextvars import bound_contextvars as log_with
finally:
    if _rich is None:
        del sys.modules["rich"]
    else:
        sys.modules["rich"] = _rich

__all__ = ["canonical", "configure", "get_logger", "log_with", "request_line"]

SECRET_WORDS = ("token", "secret", "password", "authorization", "cookie", "api_key", "email")
"""A field whose name holds one of these is never printed."""


_BATCH = 0.1
"""Seconds that a line may wait for others."""
_MOST_LINES = 50
_NEEDS_ESCAPE = re.compile(rb"[^ !#-\[\]-~]").search


class Output:
    """The destination of log lines. Set once at the start of a process by `configure`."""

    def __init__(self) -> None:
        self.stream: TextIO = sys.stderr
        self.json = True
        self.requests = True
        self.second = 0
        self.stamp = b""
        self._lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        """A line; on a running event loop it goes out with the others of a tenth of a second."""
        self._lines.append(line)
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_later(_BATCH, self.flush)
            except RuntimeError:
                self.flush()
        elif len(self._lines) >= _MOST_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            self.put(b"\n".join(lines).decode("utf-8", "replace") + "\n")

    def put(self, text: str) -> None:
        """Write text to the present stream, or nowhere when its reader has left."""
        if not self.stream.closed:
            self.stream.write(text)
            self.stream.flush()


class _Standing:
    """A stream that stays: loggers outlive a configuration, and must not keep the stream of a former one."""

    def __init__(self, output: Output) -> None:
        self.write = output.put

    def flush(self) -> None:
        """Do nothing: lines are written at once."""


_output = Output()
_standing = _Standing(_output)
atexit.register(_output.flush)


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
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _standing)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(_standing)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # the worker's canonical lines say it all


def canonical(event: str, **fields: Any) -> None:
    """The one line that tells what a job was and how it went. Callers pass no secret."""
    if not _output.requests:
        return
    now = datetime.now(UTC)
    if _output.json:
        _output.write(msgspec.json.encode({"event": event, "timestamp": now, **fields}))
    else:
        words = " ".join(f"{name}={value}" for name, value in fields.items())
        _output.write(f"{now:%H:%M:%S} {event} {words}".encode())


def request_line(method: str, path: bytes, route: str, status: int, took: float, request_id: bytes) -> None:
    """The one line of a request. `took` is in seconds.

    Made by hand, and written in batches: at tens of thousands of requests a second structlog's processors and
    a write for each line would be most of what a cached answer costs.
    """
    if not _output.requests:
        return
    if not _output.json:
        _output.write(
            b"%s %s %s %d %.1f ms" % (time.strftime("%H:%M:%S").encode(), method.encode(), path, status, took * 1000)
        )
        return
    now = time.time()
    second = int(now)
    if second != _output.second:
        _output.second = second
        _output.stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)).encode()
    if _NEEDS_ESCAPE(path):
        path = msgspec.json.encode(path.decode("utf-8", "replace"))[1:-1]
    _output.write(
        b'{"event":"request","timestamp":"%s.%03dZ","method":"%s","path":"%s","route":"%s","status":%d,"ms":%.3f,'
        b'"request_id":"%s"}'
        % (
            _output.stamp,
            int((now - second) * 1000),
            method.encode(),
            path,
            route.encode(),
            status,
            took * 1000,
            request_id,
        )
    )
