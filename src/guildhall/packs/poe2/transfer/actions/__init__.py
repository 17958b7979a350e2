"""Writes of imports: each record for itself, whole or not at all."""
