"""The embedded cluster: made, shared, stopped by the last one out, and back after every kind of crash."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.fitting import fitted_memory
from guildhall.db.programs import binaries
from guildhall.errors import Misconfigured

pytestmark = pytest.mark.database

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))
OTHER_VERSION = 16 if VERSION == 18 else 18

USER = """
import sys
from pathlib import Path
from guildhall.db.embedded import EmbeddedCluster

with EmbeddedCluster(Path(sys.argv[1]), int(sys.argv[2])) as cluster:
    print(cluster.url(), flush=True)
    sys.stdin.readline()
"""


class User:
    """A process of its own that has the cluster open until it is told to go."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder), str(VERSION)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """The cluster's URL, once it is open."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, self.process.stderr.read() if self.process.stderr else ""
        return line

    def leave(self) -> None:
        """Close the cluster and end."""
        _, errors = self.process.communicate("\n", timeout=60)
        assert (self.process.returncode, errors) == (0, "")

    def kill(self) -> None:
        """End without a word."""
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The folder of a cluster that is stopped, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="gh-made-"))
    with EmbeddedCluster(folder / "cluster", VERSION):
        pass
    yield folder / "cluster"
    shutil.rmtree(folder)


@pytest.fixture
def room() -> Iterator[Path]:
    """A short path (a socket's path is bounded) in which every server is ended after the test."""
    folder = Path(tempfile.mkdtemp(prefix="gh-"))
    yield folder
    for found in folder.rglob("postmaster.pid"):
        _end(found.parent)
    shutil.rmtree(folder)


def _end(data: Path) -> None:
    """End the server that works in a data folder, if one does."""
    for process in psutil.process_iter():
        try:
            if "postgres" in process.name() and str(data) in process.cmdline():
                process.send_signal(signal.SIGQUIT)
                process.wait(30)
        except psutil.NoSuchProcess:
            continue


@pytest.fixture
def folder(made: Path, room: Path) -> Path:
    """A cluster's folder of the test's own; the cluster is stopped."""
    subprocess.run(["cp", "-a", str(made), str(room / "cluster")], check=True)
    return room / "cluster"


@pytest.fixture
def start_user() -> Iterator[Callable[[Path], User]]:
    """Starts processes that use a cluster; those that still run are killed after the test."""
    users: list[User] = []

    def start(folder: Path) -> User:
        users.append(User(folder))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.kill()


def ask(url: str, statement: str) -> Any:
    """The first column of a statement's first row, or None."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def postmaster(cluster: EmbeddedCluster) -> psutil.Process:
    """The server's process."""
    return psutil.Process(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]))


def ended(process: psutil.Process) -> bool:
    """Whether a process has ended, although nobody may have fetched its status."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.slow
def test_a_cluster_is_made_started_and_stopped(room):
    cluster = EmbeddedCluster(room / "new" / "home", VERSION)

    with cluster:
        assert cluster.running()
        version = int(ask(cluster.url(), "show server_version_num"))
        encoding = ask(
            cluster.url(), "select pg_encoding_to_char(encoding) from pg_database where datname = 'guildhall'"
        )

    assert (version // 10000, encoding) == (VERSION, "UTF8")
    assert not cluster.running()
    assert not (cluster.data / "postmaster.pid").exists()


def test_what_is_stored_is_there_at_the_next_start(folder):
    with EmbeddedCluster(folder, VERSION) as cluster:
        ask(cluster.url(), "create table kept as select 7 as value")
    with EmbeddedCluster(folder, VERSION) as cluster:
        assert ask(cluster.url(), "select value from kept") == 7


def test_nothing_is_traded_for_durability(folder):
    with EmbeddedCluster(folder, VERSION) as cluster:
        found = [
            ask(cluster.url(), f"show {name}")
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        ]
        memory = int(ask(cluster.url(), "select setting from pg_settings where name = 'shared_buffers'"))

    assert found == ["on", "on", "on", "on"]
    fitted = fitted_memory(psutil.virtual_memory().total)["shared_buffers"]
    assert f"{memory * 8 // 1024}MB" == fitted


def test_the_server_hears_this_machines_user_alone(folder):
    with EmbeddedCluster(folder, VERSION) as cluster:
        assert ask(cluster.url(), "show listen_addresses") == ""
        (socket,) = cluster.data.glob(".s.PGSQL.*[0-9]")
        mode = socket.stat().st_mode & 0o777

    assert mode == 0o700


def test_the_environment_of_the_user_does_not_lead_elsewhere(folder, monkeypatch):
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGHOST", "192.0.2.1")
    monkeypatch.setenv("PGOPTIONS", "-c nonsense=1")
    with EmbeddedCluster(folder, VERSION) as cluster:
        monkeypatch.undo()
        assert ask(cluster.url(), "select 1") == 1


def test_a_second_opening_shares_the_server(folder):
    with EmbeddedCluster(folder, VERSION) as first:
        server = postmaster(first)
        with EmbeddedCluster(folder, VERSION) as second:
            assert postmaster(second) == server
        assert first.running()
        assert ask(first.url(), "select 1") == 1

    assert ended(server)


def test_closing_twice_is_closing_once(folder):
    with EmbeddedCluster(folder, VERSION) as first:
        second = EmbeddedCluster(folder, VERSION)
        second.open()
        second.close()
        second.close()
        assert first.running()


@pytest.mark.slow
def test_two_processes_that_start_at_once_on_a_new_folder_both_work(room, start_user):
    users = [start_user(room / "cluster"), start_user(room / "cluster")]
    urls = [user.url() for user in users]
    cluster = EmbeddedCluster(room / "cluster", VERSION)

    assert [ask(url, "select current_database()") for url in urls] == ["guildhall", "guildhall"]
    server = postmaster(cluster)

    users[0].leave()
    assert ask(urls[1], "select 1") == 1
    users[1].leave()
    assert ended(server)


@pytest.mark.slow
def test_a_killed_user_stops_nobody_and_leaves_no_trace(folder, start_user):
    killed, other = start_user(folder), start_user(folder)
    killed.url()
    url = other.url()
    server = postmaster(EmbeddedCluster(folder, VERSION))

    killed.kill()
    assert ask(url, "select 1") == 1
    other.leave()
    assert ended(server)


@pytest.mark.slow
def test_the_next_user_takes_over_from_a_killed_one(folder, start_user):
    killed = start_user(folder)
    killed.url()
    killed.kill()
    server = postmaster(EmbeddedCluster(folder, VERSION))
    assert not ended(server)

    with EmbeddedCluster(folder, VERSION) as cluster:
        assert postmaster(cluster) == server
        assert ask(cluster.url(), "select 1") == 1

    assert ended(server)


def test_a_crashed_server_comes_back_with_its_data(folder):
    with EmbeddedCluster(folder, VERSION) as cluster:
        ask(cluster.url(), "create table kept as select 7 as value")
        server = postmaster(cluster)
        server.kill()
        server.wait(30)
        assert not cluster.running()

        with EmbeddedCluster(folder, VERSION) as again:
            assert ask(again.url(), "select value from kept") == 7


def _crash(folder: Path) -> Path:
    """Leave a cluster as a machine that lost power does; its pid file."""
    with EmbeddedCluster(folder, VERSION) as cluster:
        ask(cluster.url(), "create table kept as select 7 as value")
        pid_file = cluster.data / "postmaster.pid"
        (lock_file,) = cluster.data.glob(".s.PGSQL.*.lock")
        left = {file: file.read_text() for file in (pid_file, lock_file)}
        cluster.stop("immediate")
    owner = (folder / "data").stat()
    for file, text in left.items():
        file.write_text(text)
        os.chown(file, owner.st_uid, owner.st_gid)
    return pid_file


def _reuse(pid_file: Path, pid: int) -> None:
    """Have the machine give a crashed server's number to another process."""
    for file in (pid_file, *pid_file.parent.glob(".s.PGSQL.*.lock")):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_a_pid_file_of_a_process_that_is_gone_is_not_believed(folder):
    _crash(folder)
    cluster = EmbeddedCluster(folder, VERSION)

    assert not cluster.running()
    with cluster:
        assert ask(cluster.url(), "select value from kept") == 7


def test_a_pid_file_whose_number_is_now_another_programs_is_not_believed(folder):
    pid_file = _crash(folder)
    owner: dict[str, Any] = {"user": pid_file.owner()} if os.geteuid() == 0 else {}
    other = subprocess.Popen(["sleep", "600"], cwd="/", **owner)
    try:
        _reuse(pid_file, other.pid)

        with EmbeddedCluster(folder, VERSION) as cluster:
            assert ask(cluster.url(), "select value from kept") == 7
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_pid_file_whose_number_is_now_another_clusters_is_not_believed(folder, room):
    pid_file = _crash(folder)
    subprocess.run(["cp", "-a", str(folder), str(room / "other")], check=True)
    (room / "other" / "data" / "postmaster.pid").unlink()
    with EmbeddedCluster(room / "other", VERSION) as other:
        _reuse(pid_file, postmaster(other).pid)
        cluster = EmbeddedCluster(folder, VERSION)

        assert not cluster.running()
        with cluster:
            assert postmaster(cluster) != postmaster(other)
            assert ask(cluster.url(), "select value from kept") == 7
        assert other.running()


def test_a_server_that_is_still_starting_is_waited_for(folder):
    """What a user leaves who was killed while the server started."""
    cluster = EmbeddedCluster(folder, VERSION)
    with cluster:
        pass
    name = (folder / "data").owner()
    owner: dict[str, Any] = {"user": name, "group": name, "extra_groups": []} if os.geteuid() == 0 else {}
    data = str(cluster.data)
    subprocess.run(
        [binaries(VERSION) / "pg_ctl", "-W", "-D", data, "-l", str(cluster.log), "start"],
        check=True, cwd="/", stdout=subprocess.DEVNULL, **owner,
    )  # fmt: skip

    with cluster:
        assert ask(cluster.url(), "select 1") == 1

    assert not cluster.running()


@pytest.mark.slow
def test_an_interrupted_making_leaves_no_half_cluster(room):
    half = room / "cluster" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text(f"{VERSION}\n")
    cluster = EmbeddedCluster(room / "cluster", VERSION)

    with cluster:
        assert ask(cluster.url(), "select 1") == 1

    assert not half.exists()


def test_a_folder_with_other_files_is_refused_and_kept(room):
    data = room / "cluster" / "data"
    data.mkdir(parents=True)
    (data / "thesis.tex").write_text("years of work")

    with pytest.raises(Misconfigured, match="holds files, but no PostgreSQL cluster"):
        EmbeddedCluster(room / "cluster", VERSION).open()

    assert (data / "thesis.tex").read_text() == "years of work"


def test_a_cluster_of_another_version_is_refused_in_one_line(folder):
    with pytest.raises(Misconfigured) as caught:
        EmbeddedCluster(folder, OTHER_VERSION).open()

    assert str(caught.value).count("\n") == 0
    assert f"is PostgreSQL {VERSION}, this Guildhall runs {OTHER_VERSION}" in str(caught.value)
    with EmbeddedCluster(folder, VERSION) as cluster:  # the refused one holds nothing
        server = postmaster(cluster)
    assert ended(server)


def test_a_version_that_the_wheel_has_not_is_refused(room):
    with pytest.raises(Misconfigured, match=r"No embedded PostgreSQL 15: there are \[16, 18\]"):
        EmbeddedCluster(room, 15)


def test_a_server_that_will_not_start_says_why_in_one_line(folder):
    cluster = EmbeddedCluster(folder, VERSION, extra={"shared_buffers": "1kB"})

    with pytest.raises(Misconfigured) as caught:
        cluster.open()

    assert "shared_buffers" in str(caught.value)
    assert "\n" not in str(caught.value)


LONG = Path(*["a folder, with a long name" * 2] * 3)


@pytest.fixture
def long_folder(made: Path, room: Path) -> Path:
    """A folder whose path no socket can have."""
    (room / LONG).mkdir(parents=True)
    subprocess.run(["cp", "-a", str(made), str(room / LONG / "cluster")], check=True)
    return room / LONG / "cluster"


def _socket_folder(cluster: EmbeddedCluster) -> Path:
    return Path((cluster.data / "postmaster.pid").read_text().splitlines()[4])


def test_a_path_too_long_for_a_socket_has_it_elsewhere(long_folder):
    with EmbeddedCluster(long_folder, VERSION) as cluster:
        socket_folder = _socket_folder(cluster)
        mode = socket_folder.stat().st_mode & 0o777
        assert ask(cluster.url(), "select 1") == 1

    assert socket_folder.parent == Path(tempfile.gettempdir())
    assert mode == 0o700
    assert not socket_folder.exists()


def test_another_temporary_folder_of_another_user_finds_the_same_socket(long_folder, room, monkeypatch):
    with EmbeddedCluster(long_folder, VERSION) as first:
        monkeypatch.setattr(tempfile, "tempdir", str(room))
        with EmbeddedCluster(long_folder, VERSION) as second:
            assert second.url() == first.url()
            assert ask(second.url(), "select 1") == 1
        monkeypatch.undo()


def test_a_socket_folder_that_others_can_enter_is_refused(long_folder):
    with EmbeddedCluster(long_folder, VERSION) as cluster:
        socket_folder = _socket_folder(cluster)
    socket_folder.mkdir()
    socket_folder.chmod(0o777)
    try:
        with pytest.raises(Misconfigured, match="belongs to somebody else"):
            cluster.open()
    finally:
        socket_folder.rmdir()


def test_a_link_in_place_of_the_socket_folder_is_refused(long_folder, room):
    with EmbeddedCluster(long_folder, VERSION) as cluster:
        socket_folder = _socket_folder(cluster)
    (room / "target").mkdir(mode=0o700)
    socket_folder.symlink_to(room / "target")
    try:
        with pytest.raises(Misconfigured, match="belongs to somebody else"):
            cluster.open()
    finally:
        socket_folder.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_socket_folder_of_somebody_else_is_refused(long_folder):
    with EmbeddedCluster(long_folder, VERSION) as cluster:
        socket_folder = _socket_folder(cluster)
    socket_folder.mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody")
    os.chown(socket_folder, nobody.pw_uid, nobody.pw_gid)
    try:
        with pytest.raises(Misconfigured, match="belongs to somebody else"):
            cluster.open()
    finally:
        socket_folder.rmdir()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_has_a_cluster_too(room):
    home = room / "home"
    home.mkdir(mode=0o700)
    room.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)

    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
        try:
            with EmbeddedCluster(home, VERSION) as cluster:
                works = cluster.running() and cluster.data.owner() == postmaster(cluster).username() == "nobody"
            os._exit(0 if works and not cluster.running() else 1)
        except BaseException:
            traceback.print_exc()
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL runs as the user itself unless that is root")
def test_root_runs_it_as_a_user_without_rights(folder):
    with EmbeddedCluster(folder, VERSION) as cluster:
        owner = postmaster(cluster).username()

    assert owner == "guildhall-pg"


@given(st.integers(64 * 1024**2, 4 * 1024**4))
def test_memory_is_fitted_within_bounds(total):
    mb = {name: int(value.removesuffix("MB")) for name, value in fitted_memory(total).items()}

    assert 128 <= mb["shared_buffers"] <= 2048
    assert 64 <= mb["maintenance_work_mem"] <= 512
    assert 4 <= mb["work_mem"] <= 32
    assert mb["effective_cache_size"] >= mb["shared_buffers"]
    assert mb["shared_buffers"] <= max(128, total // 1024**2 // 8)


@given(st.integers(64 * 1024**2, 2 * 1024**4), st.integers(0, 2 * 1024**4))
def test_more_memory_never_means_less(total, more):
    less, rather = fitted_memory(total), fitted_memory(total + more)

    assert all(int(rather[name][:-2]) >= int(less[name][:-2]) for name in less)
