"""Calls to game APIs: budget, retry, revalidation, breaker, deadline."""
