"""Routes of sign-in at providers and of linked identities."""
