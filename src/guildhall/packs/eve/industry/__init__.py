"""Industry jobs."""
