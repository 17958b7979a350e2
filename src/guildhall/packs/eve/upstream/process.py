"""The objects of the client of ESI that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.upstream.client import Esi

PROCESS = ProcessPart(upstreams=(Esi,))
