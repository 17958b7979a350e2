"""Achievements of people: declared by packs, granted once, taken back with a reason, backfilled by a job."""
