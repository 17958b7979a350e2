"""Commands of Guildhall that run beside one in processes of their own, and end with it."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from guildhall.boot.listening import bind

_PATIENCE = 60.0
"""Seconds that a process may take to come up."""


class _Sandbox(Struct, frozen=True):
    environment: dict[str, str]


class Child:
    """`guildhall ARGUMENTS` as long as the block. Its output goes to the terminal line by line, unless it is quiet."""

    def __init__(self, environment: Mapping[str, str], *arguments: str, quiet: bool = False) -> None:
        self._quiet = quiet
        self._last: deque[str] = deque(maxlen=1)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "guildhall.cli", *arguments], env=dict(environment), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        if not self.ended:
            self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def ended(self) -> bool:
        """Return whether the process has ended by itself."""
        return self._process.poll() is not None

    @property
    def last_line(self) -> str:
        """The last line that it said."""
        self._reader.join(1)
        return self._last[0].removeprefix("guildhall: ") if self._last else "It ended without a word."

    def wait_for(self, address: str) -> str:
        """Wait until the address answers; return what went wrong, or nothing."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.ended:
                return self.last_line
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                    return ""
            except (urllib.error.URLError, OSError):
                time.sleep(0.03)
        return f"{address} did not answer in {_PATIENCE:g} s."

    def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        for line in output:
            if line.strip():
                self._last.append(line.strip())
            if not self._quiet and not line.startswith("guildhall: "):
                sys.stderr.write(line)
                sys.stderr.flush()


def sandbox_environment(address: str) -> Mapping[str, str]:
    """The environment that leads to a sandbox, which knows best which ports it has."""
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
        return msgspec.json.decode(answer.read(), type=_Sandbox).environment


def free_port() -> int:
    """A port of this machine that is free now."""
    listener = bind("127.0.0.1", 0)
    try:
        return int(listener.getsockname()[1])
    finally:
        listener.close()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGTERM into Ctrl-C, and let Ctrl-C work also where a shell had it ignored."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
