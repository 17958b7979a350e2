"""The statements of the projections."""
