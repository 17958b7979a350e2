"""Wire and row structs of the dota2 pack, a file a noun."""
