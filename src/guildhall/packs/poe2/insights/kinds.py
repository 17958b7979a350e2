"""Cache lifetimes of insights."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind

META = Kind("poe2_meta", timedelta(minutes=5), stale_for=timedelta(0))
"""Figures of a league. Whoever makes them anew has them forgotten, so that a figure that is gone is shown no longer."""
META_LEAGUES = Kind("poe2_meta_leagues", timedelta(minutes=5), stale_for=timedelta(0))
MOVERS = Kind("poe2_movers", timedelta(minutes=5), stale_for=timedelta(minutes=10))
DASHBOARD = Kind("poe2_dashboard", timedelta(minutes=1), stale_for=timedelta(0), private=True)
