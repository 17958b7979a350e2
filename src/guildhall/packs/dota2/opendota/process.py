"""The part of the client that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.dota2.opendota.upstream import OpenDota

PROCESS = ProcessPart(upstreams=(OpenDota,))
