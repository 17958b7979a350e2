"""A stand-in of what sign-in needs from elsewhere: a mail server."""
