"""Errors of collections."""

from guildhall.errors import Conflict, NotFound, PermissionDenied, Unprocessable


class CollectionNotFound(NotFound):
    says = "Collection not found: there is no such collection, or it is private."


class NotYourCollection(PermissionDenied):
    says = "Not your collection: only its owner changes it."


class NotCollected(NotFound):
    says = "Not in it: the collection does not have this build."


class TooManyCollections(Conflict):
    says = "Too many collections: a person has {most} at most."
    most: int


class CollectionFull(Conflict):
    says = "Collection full: it has {most} builds at most."
    most: int


class OrderIncomplete(Unprocessable):
    says = "Order incomplete: name each of the {builds} builds of the collection once."
    builds: int
