"""Rules of insights: weeks, facets, shares."""
