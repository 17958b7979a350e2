"""Recordings of a game API's real answers: fetching them, replacing personal values, the folder that holds them."""
