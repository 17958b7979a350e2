"""Sign-in at providers of identities (OAuth 2, OIDC, OpenID 2.0)."""
