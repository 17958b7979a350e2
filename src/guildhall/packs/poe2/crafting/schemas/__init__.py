"""Structs of crafting: rows, requests and answers."""
