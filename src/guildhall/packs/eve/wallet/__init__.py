"""The wallet: balance, journal and transactions."""
