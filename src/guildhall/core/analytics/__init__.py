"""Events of people and of anonymous visitors, and what is counted of them by day."""
