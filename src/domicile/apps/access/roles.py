"""Who may do what on this site. The register and the census have matrices of their own: no role is known in both (P-4)."""

from datetime import date

from django.conf import settings

from domicile.core.policy.roles import Matrix
from domicile.core.policy.roles import matrix as edition


def matrix(on: date) -> Matrix:
    """The edition of this site's matrix that holds on a day; raises PolicyError where none does."""
    return edition(on, settings.ROLES)
