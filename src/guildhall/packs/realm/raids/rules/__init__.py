"""The rules of raids."""
