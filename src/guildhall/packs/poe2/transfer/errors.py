"""Errors of imports."""

from guildhall.errors import Conflict, Unprocessable


class TooManyRecords(Unprocessable):
    says = "Too many records: an import has {most} at most; send the rest in further ones, in any order."
    most: int


class ImportFull(Conflict):
    says = "Import full: a person has {most} records of other kinds at most."
    most: int


class TooManySnapshots(Conflict):
    says = "Too many snapshots: a person has {most} imported ones at most."
    most: int
