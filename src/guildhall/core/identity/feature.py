"""The manifest of identity."""

from guildhall.core.identity.accounts import part as accounts
from guildhall.core.identity.api_tokens import part as api_tokens
from guildhall.core.identity.credentials import part as credentials
from guildhall.core.identity.emails import part as emails
from guildhall.core.identity.passkeys import part as passkeys
from guildhall.core.identity.passwords import part as passwords
from guildhall.core.identity.principals import part as principals
from guildhall.core.identity.second_factors import part as second_factors
from guildhall.core.identity.security_events import part as security_events
from guildhall.core.identity.sessions import part as sessions
from guildhall.core.identity.sign_in import part as sign_in
from guildhall.core.identity.subscriptions import part as subscriptions
from guildhall.core.identity.upkeep import part as upkeep
from guildhall.db.branch import Branch
from guildhall.pack import Development, Slice
from guildhall.references import Reference

IDENTITY = Slice(
    name="identity",
    settings=Reference("guildhall.core.identity.settings:IdentitySettings"),
    migrations=Branch("identity", "guildhall.core.identity.migrations"),
    parts=(
        principals.PART,
        security_events.PART,
        credentials.PART,
        api_tokens.PART,
        sessions.PART,
        emails.PART,
        second_factors.PART,
        passkeys.PART,
        subscriptions.PART,
        passwords.PART,
        sign_in.PART,
        accounts.PART,
        upkeep.PART,
    ),
    development=Development(sandboxes=Reference("guildhall.core.identity.stand_ins:SANDBOXES")),
)
