"""Discovery: the search over public builds."""
