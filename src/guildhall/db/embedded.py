"""The embedded cluster: PostgreSQL from a wheel, in the home folder, run as long as anyone uses it."""

import hashlib
import os
import platform
import re
import shutil
import socket
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import fasteners
import psutil

from guildhall.db.fitting import server_settings
from guildhall.db.logins import WORKING, password, set_passwords, write_passwords
from guildhall.db.postmaster import Postmaster
from guildhall.db.programs import binaries, let_traverse, run_program, unprivileged_user
from guildhall.errors import Misconfigured

if os.name == "posix":
    import pwd

DATABASE = "guildhall"
OWNER = "postgres"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+@-]{1,85}")
"""A path that can be the folder of a Unix socket: the kernel takes 103 to 107 bytes with the socket's name, and a comma
would part two hosts in a connection URL."""
_PORT = 5432
"""The port in the Unix socket's name, said everywhere so that PGPORT in the environment cannot change it."""
_START_TIMEOUT = 120
"""Seconds; after a crash the write-ahead log is replayed before the server answers."""


class _Users:
    """The locks of this process for the users of a cluster, because the kernel's file locks know only processes."""

    def __init__(self, folder: Path) -> None:
        self.alone = threading.RLock()
        self.here = 0
        self.everywhere = fasteners.InterProcessReaderWriterLock(str(folder / "users.lock"))


_USERS: dict[Path, _Users] = {}
_USERS_LOCK = threading.Lock()


class EmbeddedCluster:
    """A PostgreSQL cluster in a folder, shared by everyone who holds one of these open.

    The first to open it starts the server; the last to close it stops it. Its users hold a shared file lock, which the
    kernel drops when a process dies, so that a kill -9 leaves no false trace.
    """

    def __init__(self, folder: Path, version: int = 18, extra: dict[str, str] | None = None) -> None:
        self.folder = folder.expanduser().resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self.passwords = self.data / "guildhall.passwords"
        """libpq's password file of the roles; in the data folder, so that a copy of the cluster has it."""
        self._hba = self.data / "guildhall.hba"
        self._server = Postmaster(self.data)
        self._extra = extra or {}
        self._version = version
        self._bin = binaries(version)
        self._user = unprivileged_user()
        with _USERS_LOCK:
            self._users = _USERS.setdefault(self.folder, _Users(self.folder))
        self._open = False

    def __enter__(self) -> "EmbeddedCluster":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Make the cluster if it does not exist, start it if it does not run. Raises Misconfigured."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._enter()
            try:
                if not (self.data / "PG_VERSION").exists():
                    self._initialise()
                self._require_version()
                self._settle()
                if not self.running():
                    self._start()
                self._ensure_database()
                self._ensure_passwords()
            except BaseException:
                self._leave()
                raise
        self._open = True

    def close(self) -> None:
        """Stop using the cluster; the last user stops the server."""
        if not self._open:
            return
        self._open = False
        with self._alone():
            self._leave()
            if self._users.here:
                return  # somebody else still uses it
            try:
                if self._users.everywhere.acquire_write_lock(blocking=False) and self.running():
                    self._stop("fast")
            finally:  # closes the lock's file, also when another process holds the lock
                self._users.everywhere.release_write_lock()

    def _enter(self) -> None:
        if not self._users.here:
            self._users.everywhere.acquire_read_lock()
        self._users.here += 1

    def _leave(self) -> None:
        self._users.here -= 1
        if not self._users.here:
            self._users.everywhere.release_read_lock()

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The connection URL, over the Unix socket (a loopback port on Windows)."""
        status = self._server.lines()
        if platform.system() == "Windows":
            return f"postgresql://{user}@127.0.0.1:{status[3].strip()}/{database}?{self._passfile()}"
        # Where the server itself says that its socket is: another process may have started it with another TMPDIR.
        folder = status[4].strip() if len(status) > 4 else str(self._socket_folder())
        return f"postgresql://{user}@/{database}?host={quote(folder, safe='/')}&port={_PORT}&{self._passfile()}"

    def _passfile(self) -> str:
        """The part of the URL that names the password file. It is missing while the cluster trusts everybody."""
        return f"passfile={quote(str(self.passwords), safe='/')}"

    def running(self) -> bool:
        """Return whether a server answers for this cluster; a pid file left by a crash does not count."""
        return self._server.running()

    def restart(self, mode: str = "fast") -> None:
        """Stop and start the server under its users' feet; `immediate` is a crash."""
        with self._alone():
            self._stop(mode)
            self._start()

    def stop(self, mode: str = "fast") -> None:
        """Stop the server although it is in use, as an outage would."""
        with self._alone():
            self._stop(mode)

    def start(self) -> None:
        """Start the server again after `stop`."""
        with self._alone():
            self._start()

    def wait_for_end(self, stop: socket.socket) -> bool:
        """Return True when the server's process has ended, or there is none; False when `stop` can be read first."""
        process = self._server.process()
        return process is None or self._server.wait_for_end(process.pid, stop)

    def stopped_in_order(self) -> bool:
        """Return whether the server was stopped in order; False after a crash, and during recovery from one."""
        with self._alone():
            if self._server.process() is not None or self._server.lines():
                return False
            words = self._run("pg_controldata", "-D", str(self.data))
        return "cluster state:" in words and words.partition("cluster state:")[2].split("\n")[0].strip() == "shut down"

    def revive(self) -> bool:
        """Start a server that has died under its users; False when another has done so. Raises Misconfigured."""
        with self._alone():
            self._settle()
            if self.running():
                return False
            self._start()
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock under which one process at a time decides whether to start or stop."""
        with self._users.alone, fasteners.InterProcessLock(str(self.folder / "start.lock")):
            yield

    def _initialise(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise Misconfigured(f"{self.data} holds files, but no PostgreSQL cluster: move them away.")
        self._let_in()
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        # Made beside its place and moved there whole: a process killed in the middle leaves no half cluster.
        self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8" if _has_c_utf8() else "--no-locale",
            "--data-checksums", "-U", OWNER, "-D", str(fresh),
        )  # fmt: skip
        fresh.replace(self.data)
        _sync(self.folder)

    def _let_in(self) -> None:
        if self._user is not None:
            let_traverse(self.folder)
            let_traverse(self._bin)

    def _settle(self) -> None:
        """Wait out a start or stop that a killed process has left half done, and clear a pid that is another's."""
        deadline = time.monotonic() + _START_TIMEOUT
        while self._server.process() is not None and self._server.says() != "ready":
            if time.monotonic() > deadline:
                raise Misconfigured(f"PostgreSQL is neither ready nor gone: '{self._server.says()}'; see {self.log}.")
            time.sleep(0.02)
        if self._server.number_is_anothers():
            # After a crash and a reboot, or in a container begun anew, the number soon belongs to somebody
            # else, and PostgreSQL would refuse to start. Its own orphans are waited for first.
            while self._server.works():
                if time.monotonic() > deadline:
                    raise Misconfigured(f"Processes of a crashed PostgreSQL still work in {self.data}: end them.")
                time.sleep(0.02)
            self._server.file.unlink(missing_ok=True)

    def _require_version(self) -> None:
        found = int((self.data / "PG_VERSION").read_text())
        if found != self._version:
            raise Misconfigured(
                f"The cluster in {self.data} is PostgreSQL {found}, this Guildhall runs {self._version}: "
                "dump it with its own version, or set GUILDHALL_EMBEDDED_VERSION."
            )

    def _start(self) -> None:
        settings = {**server_settings(psutil.virtual_memory().total), **self._extra}
        if platform.system() == "Windows":
            settings |= {"listen_addresses": "'127.0.0.1'", "port": self._last_port() or str(_free_port())}
        else:
            folder = self._socket_folder()
            if folder != self.data:
                folder.mkdir(mode=0o700, exist_ok=True)
                self._require_own(folder)
                self._give(folder)
            # Left by a crash, or in a copy of a running cluster. postmaster.pid alone says whose the folder is.
            (folder / f".s.PGSQL.{_PORT}.lock").unlink(missing_ok=True)
            settings |= {
                "listen_addresses": "''",
                "port": str(_PORT),
                "unix_socket_directories": f"'{folder}'",
                "unix_socket_permissions": "0700",
            }
        self._let_in()
        self._write_hba()
        settings["hba_file"] = f"'{self._hba}'"
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
        try:
            self._run("pg_ctl", "-w", "-t", str(_START_TIMEOUT), "-l", str(self.log), "-D", str(self.data), "start")
        except Misconfigured:
            self._settle()  # the server of a process that was killed may have come up first
            if not self.running():
                raise
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.running():
            if time.monotonic() > deadline:
                raise Misconfigured(f"PostgreSQL did not become ready; see {self.log}.")
            time.sleep(0.02)

    def _last_port(self) -> str:
        """Return the port of a crashed server, for those who connect to it anew; an empty text if it was stopped."""
        lines = self._server.lines()
        return lines[3].strip() if len(lines) > 3 else ""

    def _stop(self, mode: str) -> None:
        self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "-D", str(self.data), "stop")
        if platform.system() != "Windows" and (folder := self._socket_folder()) != self.data:
            with suppress(OSError):  # it stays when something else is in it
                folder.rmdir()

    def _ensure_database(self) -> None:
        marker = self.data / "guildhall.database"
        if marker.exists():
            return
        listing = self._run("psql", "-XAtq", "-d", self.url("postgres"), "-c", "select datname from pg_database")
        if DATABASE not in listing.split():
            self._run("psql", "-XAtq", "-d", self.url("postgres"), "-c", f"create database {DATABASE}")
        marker.write_text(f"{DATABASE}\n")
        self._give(marker)

    def _ensure_passwords(self) -> None:
        """Give every role a password of its own, once, and have the server ask for it from then on.

        A cluster of before trusted whoever reached its socket, and so does a new one until this is done.
        """
        if self.passwords.exists() or (self.data / "standby.signal").exists():
            return
        passwords = {role: password() for role in (OWNER, *WORKING)}
        script = self.data / "guildhall.sql"
        script.touch(mode=0o600)
        script.write_text(set_passwords(passwords))
        self._give(script)
        try:
            self._run("psql", "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", self.url("postgres"), "-f", str(script))
        finally:
            script.unlink()
        write_passwords(self.passwords, passwords)
        self._give(self.passwords)
        self._write_hba()
        self._run("pg_ctl", "-D", str(self.data), "reload")

    def _write_hba(self) -> None:
        """Write who has to show what: a password, or nothing in a cluster that has none yet."""
        method = "scram-sha-256" if self.passwords.exists() else "trust"
        lines = ["local all,replication all", "host all,replication all 127.0.0.1/32"]
        self._hba.write_text("".join(f"{line} {method}\n" for line in lines))
        self._give(self._hba)

    def _run(self, program: str, *args: str) -> str:
        """Run one of PostgreSQL's programs and return its output.

        Raises Misconfigured with its words and the server's last ones.
        """
        try:
            return run_program(self._bin / program, *args, user=self._user)
        except Misconfigured as error:
            if program != "pg_ctl" or not self.log.exists():
                raise
            last = self.log.read_text(errors="replace")[-600:]
            raise Misconfigured(f"{error} {' '.join(last.split())}") from error

    def _socket_folder(self) -> Path:
        if _PLAIN_PATH.fullmatch(str(self.data)):
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"guildhall-{name}"

    def _require_own(self, folder: Path) -> None:
        """The temporary folder is everybody's: refuse a socket folder that somebody else has put there."""
        status = folder.lstat()
        allowed = {os.getuid()}
        if self._user is not None:
            allowed.add(pwd.getpwnam(self._user).pw_uid)
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in allowed or status.st_mode & 0o077:
            raise Misconfigured(f"The folder {folder} belongs to somebody else; remove it or set TMPDIR.")

    def _give(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user, self._user)


def _has_c_utf8() -> bool:
    return platform.system() == "Linux"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _sync(folder: Path) -> None:
    """Make a folder's entries durable; Windows offers no such thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
