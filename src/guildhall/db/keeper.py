"""The keeper of an embedded cluster: brings its server back when it dies under a process that uses it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guildhall.db.embedded import EmbeddedCluster
from guildhall.errors import Misconfigured
from guildhall.log import get_logger

log = get_logger(__name__)

_BACKOFF = (0.5, 30.0)
"""First and longest wait in seconds after a start that failed."""


class Keeper:
    """Watches a cluster's server from a thread, as long as the block.

    All processes that use the cluster watch it; the cluster's lock lets one of them start it, once. A server that was
    stopped in good order stays stopped: this was intended.
    """

    def __init__(self, cluster: EmbeddedCluster) -> None:
        self._cluster = cluster
        self._stop, self._stopped = socket.socketpair()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="postgresql-keeper", daemon=True)

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._stop.send(b".")
        self._thread.join()
        self._stop.close()
        self._stopped.close()

    def _watch(self) -> None:
        while self._cluster.wait_for_end(self._stopped):
            if not self._bring_back():
                return

    def _bring_back(self) -> bool:
        """Start the server; False when it is not to be started, or when the process ends."""
        wait = _BACKOFF[0]
        while not self._ended.is_set():
            try:
                if self._cluster.stopped_in_order():
                    log.warning("postgresql_stopped", why="somebody stopped it in good order; it stays stopped")
                    return False
                if self._cluster.revive():
                    log.error("postgresql_revived", why="its process had died", log=str(self._cluster.log))
            except Misconfigured as error:
                log.error("postgresql_down", why=str(error), again_in=wait)
                self._ended.wait(wait)
                wait = min(wait * 2, _BACKOFF[1])
            else:
                return True
        return False


@contextmanager
def kept_cluster(folder: Path, version: int) -> Iterator[EmbeddedCluster]:
    """A cluster that runs as long as the block, and is brought back when its server dies. Raises Misconfigured."""
    with EmbeddedCluster(folder, version) as cluster, Keeper(cluster):
        yield cluster
