"""The part of the catalogue that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.wine.catalogue.api import places, search, species, wines

WEB = WebPart(routes=(*species.routes, *wines.routes, *places.routes, *search.routes))
