"""The actions of the projections."""
