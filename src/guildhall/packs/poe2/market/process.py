"""The part of the market that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.poe2.market.upstream import Poe2Scout

PROCESS = ProcessPart(upstreams=(Poe2Scout,))
