"""Tools for the tests of packs: a plugin for pytest with fixtures, and checks. See docs/packs/testing.md.

Nothing of the product imports it.
"""

from guildhall.testing.checks.findings import PackIsWrong
from guildhall.testing.checks.manifest import check_manifest
from guildhall.testing.checks.migrations import check_migrations
from guildhall.testing.checks.openapi import check_openapi
from guildhall.testing.checks.privacy import check_privacy
from guildhall.testing.checks.statements import check_statements
from guildhall.testing.client import Answer, Client
from guildhall.testing.clock import MovableClock
from guildhall.testing.commands import Ran
from guildhall.testing.live import Live
from guildhall.testing.outbox import Outbox
from guildhall.testing.pack import PackUnderTest
from guildhall.testing.people import Person
from guildhall.testing.product import Product
from guildhall.testing.product_fixtures import StartProduct
from guildhall.testing.sandbox import Call, Sandbox

__all__ = [
    "Answer",
    "Call",
    "Client",
    "Live",
    "MovableClock",
    "Outbox",
    "PackIsWrong",
    "PackUnderTest",
    "Person",
    "Product",
    "Ran",
    "Sandbox",
    "StartProduct",
    "check_manifest",
    "check_migrations",
    "check_openapi",
    "check_privacy",
    "check_statements",
]
