"""Structs of rows and of the wire of the realm pack."""
