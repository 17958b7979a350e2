"""Value that people and groups hold: accounts, postings whose entries sum to zero, holds."""
