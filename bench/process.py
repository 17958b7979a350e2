"""Starting, watching and ending the processes that a benchmark needs, and only those."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


class ProcessError(Exception):
    """A process did not become ready, or ended with an error; the end of its output is the message."""


class Usage(Struct, frozen=True):
    """What a process and its descendants hold now, and have used since they started."""

    cpu_seconds: float
    rss_bytes: int
    processes: int


class Finished(Struct, frozen=True):
    """A command that ran to its end. `cpu_seconds` is its own and that of the children it waited for."""

    stdout: bytes
    seconds: float
    cpu_seconds: float
    peak_rss_bytes: int


def free_port() -> int:
    """A TCP port of this machine that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def usage_of(pid: int) -> Usage:
    """CPU and memory of a process tree, with the CPU of its ended descendants that were waited for."""
    root = psutil.Process(pid)
    cpu, rss, processes = 0.0, 0, 0
    for process in (root, *root.children(recursive=True)):
        try:
            with process.oneshot():
                times = process.cpu_times()
                rss += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        cpu += times.user + times.system
        cpu += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        processes += 1
    return Usage(cpu_seconds=cpu, rss_bytes=rss, processes=processes)


class Server:
    """A server process that this object starts when its `with` block is entered and ends when it is left.

    It is ready once `GET ready` is answered with 2xx, or `ready()` is true, or, without `ready`, once its port takes
    a connection; `ready_seconds` says how long that took from the start of the process. The caller puts the
    port into the command.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        *,
        environment: Mapping[str, str] | None = None,
        ready: str | Callable[[], bool] | None = None,
        patience: float = 60.0,
    ) -> None:
        self.command = tuple(command)
        self.host = HOST
        self.port = port
        self.ready_seconds = 0.0
        self._environment = dict(environment or {})
        self._ready = ready
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def usage(self) -> Usage:
        """CPU and memory of the server and its children."""
        return usage_of(self.pid)

    def get(self, target: str) -> tuple[int, bytes]:
        """Status and body of one request to the server."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self._output = tempfile.TemporaryFile()
        started = time.perf_counter()
        self._process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait_until_ready(started)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _wait_until_ready(self, started: float) -> None:
        assert self._process is not None
        while not self._answers():
            if self._process.poll() is not None:
                raise ProcessError(f"{self._name} ended before it was ready:\n{self._last_output()}")
            if time.perf_counter() - started > self._patience:
                raise ProcessError(f"{self._name} was not ready in {self._patience:.0f} s:\n{self._last_output()}")
            time.sleep(0.01)
        self.ready_seconds = time.perf_counter() - started

    def _answers(self) -> bool:
        try:
            if callable(self._ready):
                return self._ready()
            if self._ready is not None:
                return 200 <= self.get(self._ready)[0] < 300
            socket.create_connection((self.host, self.port), timeout=1).close()
        except (OSError, http.client.HTTPException):
            return False
        return True

    @property
    def _name(self) -> str:
        return " ".join(Path(part).name if part.startswith("/") else part for part in self.command)

    def _last_output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-4_000:].strip()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end_tree(process)
        self._output.close()


def end_tree(process: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """Ask a child of this process to end, then end by force what is left of it and its descendants."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    # psutil compares start times, so a process id that was given to somebody else is left alone.
    for child in psutil.wait_procs(children, timeout=1.0)[1]:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue


def run_command(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, patience: float = 900.0
) -> Finished:
    """Run a command to its end and return its output, time, CPU and largest memory.

    Raises ProcessError when it ends with an error or is not done after `patience` seconds.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:
            # wait4 gives the resources of this child alone; getrusage(RUSAGE_CHILDREN) adds all others.
            pid, status, spent = os.wait4(process.pid, os.WNOHANG)
            while pid == 0:
                if time.perf_counter() - started > patience:
                    raise ProcessError(f"{Path(command[0]).name} was not done in {patience:.0f} s")
                time.sleep(0.005)
                pid, status, spent = os.wait4(process.pid, os.WNOHANG)
        except BaseException:
            end_tree(process)
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if process.returncode != 0:
            errors.seek(0)
            tail = (output.read() + errors.read()).decode(errors="replace")[-4_000:].strip()
            raise ProcessError(f"{Path(command[0]).name} ended with {process.returncode}:\n{tail}")
        return Finished(
            stdout=output.read(),
            seconds=seconds,
            cpu_seconds=spent.ru_utime + spent.ru_stime,
            peak_rss_bytes=spent.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        )


def uvicorn_server(
    application: str, *, environment: Mapping[str, str] | None = None, ready: str | None = None
) -> Server:
    """A server that runs an application factory as a careful user would: uvloop, httptools, no access log."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--factory", "--host", HOST, "--port", str(port)]
    command += [
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--ws",
        "none",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    return Server(command, port, environment=environment, ready=ready)
