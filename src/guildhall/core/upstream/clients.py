"""The clients of a process, by name."""

from collections.abc import Iterable, Mapping

from guildhall.core.upstream.client import UpstreamClient


class UpstreamClients:
    """The clients of all game APIs of a process, by the names of their options."""

    def __init__(self, clients: Iterable[UpstreamClient]) -> None:
        self.by_name: Mapping[str, UpstreamClient] = {client.options.name: client for client in clients}
