"""What staff do with certificates and with applications for a permit."""

from domicile.apps.certificates.actions.certificates import end, end_for_person, issue
from domicile.apps.certificates.actions.permits import apply_for_permit, step_permit
from domicile.apps.certificates.selectors.sayable import Chosen

ACTIONS = ("certificates.issue", "certificates.end", "certificates.permit", "certificates.permit_step")

__all__ = ["ACTIONS", "Chosen", "apply_for_permit", "end", "end_for_person", "issue", "step_permit"]
