"""The parts that stand-ins of game APIs share: time, dice, faults, counters, the control plane.

A stand-in is an aiohttp application that plays a game's API. It knows nothing of the server that will call it.
"""
