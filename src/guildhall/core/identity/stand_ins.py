"""The stand-ins of what identity talks to, as the sandbox server mounts them."""

from guildhall.core.identity.sandbox.mailbox import mailbox_overrides, make_mailbox
from guildhall.core.identity.sandbox.oidc import make_oidc, oidc_overrides
from guildhall.core.identity.sandbox.steam import make_steam, steam_overrides
from guildhall.pack import Sandbox

SANDBOXES = (
    Sandbox("mailbox", make_mailbox, mailbox_overrides),
    Sandbox("oidc", make_oidc, oidc_overrides),
    Sandbox("steam", make_steam, steam_overrides),
)
