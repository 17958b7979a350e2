"""The part of the eve pack that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.provider import providers
from guildhall.packs.eve.exports import EXPORTS
from guildhall.packs.eve.notices import KINDS
from guildhall.packs.eve.sync import jobs as sync
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.upstream.client import ESI

PROCESS = ProcessPart(
    services=sync.SERVICES,
    upstreams=(ESI,),
    providers=providers,
    sealed=(ACCESS_TOKEN, REFRESH_TOKEN),
    exports=EXPORTS,
    notices=KINDS,
)
