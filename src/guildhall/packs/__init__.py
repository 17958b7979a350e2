"""The packs."""
