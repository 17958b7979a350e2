"""The server's process: what its pid file says, whether it lives, and the wait for its end."""

import contextlib
import os
import select
import socket
from pathlib import Path

import psutil

_LOOK = 1.0
"""Seconds between looks at a process where the kernel does not tell of its end."""


class Postmaster:
    """The process that serves a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.file = data / "postmaster.pid"

    def lines(self) -> list[str]:
        """The pid file's lines; none where it is missing."""
        try:
            return self.file.read_text().splitlines()
        except OSError:
            return []

    def says(self) -> str:
        """Return the server's last state: starting, ready, stopping, standby; an empty text if it wrote none."""
        lines = self.lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def process(self) -> psutil.Process | None:
        """The server's process. The number in the pid file may by now be that of another cluster's."""
        lines = self.lines()
        try:
            process = psutil.Process(int(lines[0]))
            if "postgres" not in process.name() or process.status() == psutil.STATUS_ZOMBIE:
                return None
            ours = str(self._data) in process.cmdline()
        except psutil.AccessDenied:
            return process  # the name has to do
        except (psutil.Error, ValueError, IndexError):
            return None
        return process if ours else None

    def running(self) -> bool:
        """Return whether a server answers for this folder; a pid file left by a crash does not count."""
        return self.process() is not None and self.says() == "ready"

    def number_is_anothers(self) -> bool:
        """Return whether the pid file names a living process that is not this folder's server."""
        lines = self.lines()
        return bool(lines and lines[0].isdigit() and psutil.pid_exists(int(lines[0])) and self.process() is None)

    def works(self) -> bool:
        """Return whether a process of PostgreSQL works in the folder: the server or an orphan of its."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if "postgres" in process.name() and Path(process.cwd()) == self._data:
                    return True
        return False

    def wait_for_end(self, pid: int, stop: socket.socket) -> bool:
        """Return True when the process has ended, False when `stop` can be read first."""
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        except (AttributeError, OSError):  # another system than Linux, or an old one
            return self._look_for_end(pid, stop)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            poll.register(stop, select.POLLIN)
            return any(number == handle for number, _ in poll.poll())
        finally:
            os.close(handle)

    def _look_for_end(self, pid: int, stop: socket.socket) -> bool:
        while (process := self.process()) is not None and process.pid == pid:
            if select.select([stop], [], [], _LOOK)[0]:
                return False
        return True
