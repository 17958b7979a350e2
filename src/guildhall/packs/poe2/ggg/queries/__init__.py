"""Statements about accounts, their tokens, and the limits of the API."""
