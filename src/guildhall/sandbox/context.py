"""Keys of the parts of a running stand-in in its application."""

from aiohttp import web

from guildhall.sandbox.asking import Opened
from guildhall.sandbox.calls import CallCounters
from guildhall.sandbox.clock import WorldClock
from guildhall.sandbox.limits import Windows
from guildhall.sandbox.modes import Faults

CLOCK = web.AppKey("CLOCK", WorldClock)
FAULTS = web.AppKey("FAULTS", Faults)
LIMITS = web.AppKey("LIMITS", Windows)
CALLS = web.AppKey("CALLS", CallCounters)
SOURCES: web.AppKey[tuple[Opened, ...]] = web.AppKey("SOURCES", tuple)
FRESH = web.AppKey("FRESH", int)
"""Seconds for which an answer without a Cache-Control of its own is fresh; 0 says nothing about it."""
