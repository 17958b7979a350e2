"""The client's side of OAuth 2, OIDC and OpenID 2.0."""
