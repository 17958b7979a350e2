"""The part of the manifest for reports of profiles."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(web=Reference("guildhall.core.social.reports.api:WEB"))
