"""Sign-up and sign-in with a password."""
