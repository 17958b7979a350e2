"""The objects of principals that web processes and workers both hold."""

from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(AccessTokens, KeyedHash))
