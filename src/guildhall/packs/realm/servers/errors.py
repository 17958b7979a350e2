"""Errors of servers and sessions."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.access.errors.permissions import Forbidden


class ServerMaintenance(Conflict):
    says = "Under maintenance: try again in a while."
    retry_after = 60


class ServerOffline(Conflict):
    says = "Offline: the server is switched off."
    retry_after = 300


class ServerFull(Conflict):
    says = "The server is full: all {capacity} places are taken; somebody must leave first."
    capacity: int
    retry_after = 15


class LevelOutOfRange(Forbidden):
    says = "Not your level: this server is for levels {least} to {most}."
    least: int
    most: int


class ServerNameTaken(Conflict):
    says = "The name is taken: another server has it."


class CapacityTooSmall(Conflict):
    code = "realm.capacity_below_population"
    says = "Too many are on it: {population} play there now; end sessions first, or choose at least that capacity."
    population: int


class LevelRangeTurned(Conflict):
    says = "Lowest above highest: the lowest level of the range must not be above the highest."


class SessionNotFound(NotFound):
    says = "Session not found: you have no such session."


class SessionOver(Conflict):
    says = "The session has ended; log in again."
