"""Who is there: users, identities, sessions, sign-in."""
