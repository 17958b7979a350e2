"""People and people: profiles, blocks, follows, what those who are followed did, notices to followers."""
