"""The stand-ins of what notify talks to, as the sandbox server mounts them."""

from guildhall.core.notify import sandbox as notice_sandbox
from guildhall.pack import Sandbox

SANDBOXES = (Sandbox("notify", notice_sandbox.make_app, notice_sandbox.overrides),)
