"""The manifest of the poe2 pack."""

from guildhall.pack import Commands, Pack
from guildhall.packs.poe2.codes import part as codes
from guildhall.references import Reference

POE2 = Pack(
    name="poe2",
    title="Path of Exile 2",
    settings=Reference("guildhall.packs.poe2.settings:Poe2Settings"),
    migrations=None,
    parts=(codes.PART,),
    commands=Commands(Reference("guildhall.packs.poe2.cli:commands"), "Path of Exile 2: Path of Building codes."),
)
