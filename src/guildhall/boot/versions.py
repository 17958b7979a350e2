"""The version of Guildhall that a pack's distribution asks for."""

from importlib.metadata import Distribution

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from guildhall import __version__

DISTRIBUTION = "guildhall-server"


def unfit_requirement(distribution: Distribution) -> str | None:
    """The requirement of a distribution that this Guildhall does not fulfil, or None.

    An installer refuses it too; a checkout, or a wheel that was installed without its dependencies, was never asked.
    """
    for text in distribution.requires or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        ours = canonicalize_name(requirement.name) == DISTRIBUTION
        if ours and not requirement.specifier.contains(__version__, prereleases=True):
            return f"{requirement.name}{requirement.specifier}"
    return None
