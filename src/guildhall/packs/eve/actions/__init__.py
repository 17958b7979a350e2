"""Writes of the eve pack: characters, their tokens and their data; and the notifications about them."""
