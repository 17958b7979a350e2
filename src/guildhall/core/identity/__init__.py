"""Accounts and authentication: users, identities, sessions, sign-in."""
