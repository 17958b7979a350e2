"""Parties and their invitations."""
