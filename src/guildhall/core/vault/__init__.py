"""Tokens and secrets sealed at rest."""
