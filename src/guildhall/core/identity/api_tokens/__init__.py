"""API tokens, for machines."""
