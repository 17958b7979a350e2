"""Sessions: their tokens, their cookies, and the authentication of requests."""
