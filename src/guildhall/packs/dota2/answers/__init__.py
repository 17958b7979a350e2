"""The answers of this pack: their lifetimes in the cache, their parameters, their invalidation."""
