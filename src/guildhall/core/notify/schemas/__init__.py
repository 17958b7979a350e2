"""Structs of notifications, for the queue, the channels and the API."""
