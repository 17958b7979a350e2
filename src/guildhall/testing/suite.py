"""All checks of the pack under test as tests: `python -m pytest --pyargs guildhall.testing.suite`."""

from guildhall.testing.checks.manifest import check_manifest
from guildhall.testing.checks.migrations import check_migrations
from guildhall.testing.checks.openapi import check_openapi
from guildhall.testing.checks.privacy import check_privacy
from guildhall.testing.checks.statements import check_statements
from guildhall.testing.pack import PackUnderTest


def test_manifest(pack: PackUnderTest) -> None:
    check_manifest(pack)


def test_statements(pack: PackUnderTest) -> None:
    check_statements(pack)


def test_migrations(pack: PackUnderTest) -> None:
    check_migrations(pack)


def test_openapi(pack: PackUnderTest) -> None:
    check_openapi(pack)


def test_privacy(pack: PackUnderTest) -> None:
    check_privacy(pack)
