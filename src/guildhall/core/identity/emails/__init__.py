"""Addresses of accounts, and the mails that go to them."""
