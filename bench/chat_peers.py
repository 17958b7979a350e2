"""Chat servers of others, started beside ours on the same PostgreSQL, each of which stores before it acknowledges."""

import asyncio
import http.client
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec
from msgspec import Struct

from bench.chat_load import ChatJob
from bench.cluster import with_database
from bench.context import BenchError, Context
from bench.live_socket import Seat
from bench.process import HOST, ROOT, ProcessError, Server, free_port
from guildhall.db.embedded import EmbeddedCluster

NODE = ROOT / "bench" / "peers" / "node_chat"
_ERLANG = Path("/usr/lib/x86_64-linux-gnu")
_SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")
_EJABBERD = """
hosts: [localhost]
loglevel: error
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /ws: ejabberd_http_ws
auth_method: [anonymous]
anonymous_protocol: sasl_anon
sql_type: pgsql
sql_server: "127.0.0.1"
sql_port: {sql_port}
sql_database: "{name}"
sql_username: "{name}"
sql_password: "{password}"
sql_pool_size: 10
acl:
  local:
    user_regexp: ""
shaper_rules:
  c2s_shaper: none
access_rules:
  c2s:
    allow: all
modules:
  mod_disco: {{}}
  mod_mam:
    db_type: sql
    default: always
  mod_muc:
    host: conference.localhost
    access: all
    access_create: all
    max_users: 1000
    history_size: 0
    default_room_options:
      mam: true
      persistent: true
      logging: false
"""


class Peer(Struct, frozen=True):
    """A chat server that runs. `stored` counts its messages, where that can be asked."""

    name: str
    wire: str
    host: str
    port: int
    database_url: str | None = None
    count: str = ""

    def job(self, people: int, channels: int, seconds: float, warmup: float) -> ChatJob:
        """A run of so many people in so many channels; each run has people and channels of its own."""
        run = secrets.token_hex(4)
        seats = []
        for n in range(people):
            who, channel = f"p{n}-{run}", f"c{n % channels}-{run}"
            token = _nakama_token(self.host, self.port, who) if self.wire == "nakama" else who
            seats.append(Seat(token, (channel,), channel))
        return ChatJob(self.host, self.port, run, tuple(seats), seconds, warmup, self.wire)

    async def stored(self) -> int | None:
        """How many messages are in its table; None when it is not ours to ask."""
        if self.database_url is None:
            return None
        connection = await asyncpg.connect(self.database_url)
        try:
            count: int = await connection.fetchval(self.count)
            return count
        finally:
            await connection.close()


@contextmanager
def chat_peers(context: Context, cluster: EmbeddedCluster) -> Iterator[list[Peer]]:
    """All peers that can run here. For each that cannot, a line on standard error says why."""
    with ExitStack() as stack:
        peers = []
        for start in (_ejabberd, _node):  # ejabberd restarts the cluster first
            try:
                peers.append(stack.enter_context(start(context, cluster)))
            except (BenchError, ProcessError) as error:
                print(f"not measured: {error}", file=sys.stderr)
        if context.nakama:
            host, _, port = context.nakama.rpartition(":")
            _nakama_token(host, int(port), "somebody-else")
            peers.append(Peer("Nakama", "nakama", host, int(port)))
        else:
            print("not measured: Nakama (--nakama HOST:PORT, where one runs)", file=sys.stderr)
        yield peers


@contextmanager
def _node(context: Context, cluster: EmbeddedCluster) -> Iterator[Peer]:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise BenchError("Node.js with ws and pg (no node and npm on the path)")
    folder = context.directory / "node_chat"
    shutil.copytree(NODE, folder)
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, capture_output=True, check=False
    )
    if installed.returncode != 0:
        raise BenchError(f"Node.js with ws and pg (npm ci: {installed.stderr.decode()[-300:].strip()})")
    url = with_database(context.database_url, "peer_node")
    asyncio.run(_execute(context.database_url, "create database peer_node"))
    where = urlsplit(url)
    # pg reads libpq's variables: the folder of the socket is its host.
    asked = parse_qs(where.query)
    port = free_port()
    environment = {
        "PORT": str(port),
        "DATABASE_URL": f"socket://{where.username}:@{asked['host'][0]}/?db=peer_node",
        "PGPORT": asked["port"][0],
        "PGPASSWORD": _password_of(where.username or "", Path(asked["passfile"][0])),
        "NODE_ENV": "production",
    }
    with Server([node, str(folder / "server.js")], port, environment=environment):
        yield Peer("Node.js with ws and pg", "node", HOST, port, url, "select count(*) from messages")


def _password_of(role: str, file: Path) -> str:
    """A role's password in libpq's password file, which pg's own look-up does not find for a socket."""
    for line in file.read_text().splitlines():
        *_, name, words = line.split(":")
        if name == role:
            return words
    raise BenchError(f"Node.js with ws and pg ({file.name} has no password of {role})")


@contextmanager
def _ejabberd(context: Context, cluster: EmbeddedCluster) -> Iterator[Peer]:
    """It speaks to PostgreSQL by TCP alone, so that the cluster listens on the loopback address as long as it runs."""
    erl = shutil.which("erl")
    code = next(iter(sorted(_ERLANG.glob("ejabberd-*/ebin"))), None)
    if erl is None or code is None or not _SCHEMA.exists():
        raise BenchError("ejabberd (apt-get install ejabberd erlang-p1-pgsql)")
    name, password = "peer_ejabberd", secrets.token_hex(16)
    sql_port = int(parse_qs(urlsplit(context.database_url).query)["port"][0])
    url = with_database(context.database_url, name)
    asyncio.run(_execute(context.database_url, f"create role {name} login password '{password}'"))
    asyncio.run(_execute(context.database_url, f"create database {name} owner {name}"))
    asyncio.run(_execute(url, f"set role {name}", _SCHEMA.read_text()))
    with _by_tcp(context, cluster, f"host {name} {name} 127.0.0.1/32 scram-sha-256"):
        folder = context.directory / "ejabberd"
        folder.mkdir()
        port = free_port()
        config = folder / "ejabberd.yml"
        config.write_text(_EJABBERD.format(port=port, sql_port=sql_port, name=name, password=password))
        config.chmod(0o600)
        command = [erl, "-noinput", "-pa", str(code), "-mnesia", "dir", f'"{folder}/mnesia"', "-s", "ejabberd"]
        environment = {
            "ERL_LIBS": str(_ERLANG),
            "EJABBERD_CONFIG_PATH": str(config),
            "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
            "SPOOL_DIR": str(folder),
            "HOME": str(folder),
        }
        with Server(command, port, environment=environment):
            yield Peer("ejabberd", "ejabberd", HOST, port, url, "select count(*) from archive")


@contextmanager
def _by_tcp(context: Context, cluster: EmbeddedCluster, rule: str) -> Iterator[None]:
    """The cluster listens on the loopback address too, for one role with its password."""
    rules = cluster.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"{rule}\n{before}")
    asyncio.run(_execute(context.database_url, "alter system set listen_addresses = '127.0.0.1'"))
    try:
        cluster.restart()
        yield
    finally:
        rules.write_text(before)


def _nakama_token(host: str, port: int, name: str) -> str:
    """A session of somebody, who is made if need be. Raises BenchError."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request(
            "POST",
            f"/v2/account/authenticate/custom?create=true&username={name}",
            msgspec.json.encode({"id": f"bench-{name}"}),
            {"Authorization": "Basic ZGVmYXVsdGtleTo=", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        body = answer.read()
    except OSError as error:
        raise BenchError(f"Nakama at {host}:{port}: {error}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise BenchError(f"Nakama at {host}:{port}: {answer.status} {body[:200]!r}")
    token: str = msgspec.json.decode(body)["token"]
    return token


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
