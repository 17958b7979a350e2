"""Principals: who makes a request, the tokens that say so, and their revocation."""
