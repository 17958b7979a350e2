"""Limits of people: the requests that each may make, by groups of endpoints, counted over all processes."""
