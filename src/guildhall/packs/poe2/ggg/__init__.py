"""The game's own API: sign-in, tokens, limits, and calls for a person."""
