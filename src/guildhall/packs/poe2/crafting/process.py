"""The objects of crafting that every process holds."""

from guildhall.pack import ProcessPart
from guildhall.packs.poe2.crafting.exports import EXPORTS
from guildhall.packs.poe2.crafting.games import Games

PROCESS = ProcessPart(services=(Games,), exports=EXPORTS)
