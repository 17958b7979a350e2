"""The tiered cache before slow and limited game APIs."""
