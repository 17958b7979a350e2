"""Logs: JSON lines unless on a terminal, one canonical line a request or job, never a secret."""

import asyncio
import atexit
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TextIO, cast

import msgspec

__all__ = ["Logger", "canonical", "configure", "get_logger", "log_with", "request_line"]

SECRET_WORDS = ("token", "secret", "password", "authorization", "cookie", "api_key", "email")
"""A field whose name holds one of these is never printed."""

_NEEDS_QUOTES = re.compile(r"[ \t=\r\n\"']").search
_BATCH = 0.1
"""Seconds that a line may wait for others."""
_MOST_LINES = 50
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_NEEDS_ESCAPE = re.compile(rb"[^ !#-\[\]-~]").search


class Output:
    """The destination of log lines: standard error, until `configure` says more at the start of a process."""

    def __init__(self) -> None:
        self.stream: TextIO | None = None
        self.json = True
        self.level = logging.DEBUG
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
        stream = self.stream or sys.stderr
        if not getattr(stream, "closed", False):  # a terminal application puts a stream of its own there
            stream.write(text)
            stream.flush()


class _Standing:
    """A stream that stays: loggers outlive a configuration, and must not keep the stream of a former one."""

    def __init__(self, output: Output) -> None:
        self.write = output.put

    def flush(self) -> None:
        """Do nothing: lines are written at once."""


_output = Output()
_standing = _Standing(_output)
atexit.register(_output.flush)


_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default=MappingProxyType({}))
"""Fields of every line in this context."""


@contextmanager
def log_with(**fields: Any) -> Iterator[None]:
    """Give every line of this context these fields."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


class Logger:
    """A writer of events, each with a name and fields. `exc_info` is an exception, logged with its traceback."""

    def debug(self, event: str, **fields: Any) -> None:
        """Log something that helps to find a fault."""
        _write("debug", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """Log something that happened as it should."""
        _write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Log a trouble that is dealt with."""
        _write("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """Log a trouble that somebody has to look at."""
        _write("error", event, fields)


def get_logger(_: str) -> Logger:
    """Return the logger of a module, which gives its name."""
    return Logger()


def _write(level: str, event: str, fields: dict[str, Any]) -> None:
    if _LEVELS[level] < _output.level:
        return
    stamp = datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"
    line = {**fields, "event": event, **_bound.get(), **fields, "level": level, "timestamp": stamp}
    error = line.pop("exc_info", None)
    trace = "".join(traceback.format_exception(error)).removesuffix("\n") if error is not None else None
    for name in line:
        if any(word in name.lower() for word in SECRET_WORDS):
            line[name] = "…"
    if _output.json:
        if trace is not None:
            line["exception"] = trace
        text = msgspec.json.encode(line, enc_hook=str).decode()
    else:
        text = _coloured(line) + (f"\n{trace}" if trace is not None else "")
    _output.put(f"{text}\n")


_STYLES = {"debug": "\x1b[32m", "info": "\x1b[32m", "warning": "\x1b[33m", "error": "\x1b[31m"}
_BRIGHT, _DIM, _CYAN, _MAGENTA, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[35m", "\x1b[0m"


def _coloured(line: dict[str, Any]) -> str:
    """A line for a terminal: time, level and event in columns, then the fields by name."""
    stamp, level, event = (line.pop(name) for name in ("timestamp", "level", "event"))
    parts = [
        f"{_DIM}{stamp}{_PLAIN}",
        f"[{_STYLES[level]}{_BRIGHT}{level:<9}{_PLAIN}]",
        f"{_BRIGHT}{event:<30}{_PLAIN}",
        *(f"{_CYAN}{name}{_PLAIN}={_MAGENTA}{_shown(line[name])}{_PLAIN}" for name in sorted(line)),
    ]
    return " ".join(parts)


def _shown(value: object) -> str:
    """A value, in quotation marks where its end would not be seen."""
    return value if isinstance(value, str) and not _NEEDS_QUOTES(value) else repr(value)


def configure(*, json: bool | None = None, level: str = "info", requests: bool = True) -> None:
    """Send all logs to standard error: JSON when it is no terminal, unless `json` says which."""
    stream = sys.stderr
    as_json = not stream.isatty() if json is None else json
    _output.stream, _output.json, _output.requests = stream, as_json, requests
    _output.level = _LEVELS[level]
    handler = logging.StreamHandler(cast(TextIO, _standing))
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_output.level, logging.WARNING))
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

    Made by hand, and written in batches: at tens of thousands of requests a second encoding fields and
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
