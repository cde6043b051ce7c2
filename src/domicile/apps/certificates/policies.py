"""Where certificates are issued, and which step of an application for a permit follows which."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.certificates.models import Certificate, PermitApplication
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person

ISSUE = "issue_certificate"
#: Without it nobody sees the number that a certificate says in full, and nobody prints one that does.
NUMBERS = "view_number_full"
COUNTY = 6
S = PermitApplication.State
#: From each state of an application to those that may follow.
FOLLOWS: dict[str, tuple[str, ...]] = {
    S.APPLIED: (S.PAPERS, S.HANDED, S.WITHDRAWN),
    S.PAPERS: (S.HANDED, S.WITHDRAWN),
    S.HANDED: (S.PAPERS, S.READY, S.WITHDRAWN),
    S.READY: (S.DONE, S.WITHDRAWN),
    S.DONE: (),
    S.WITHDRAWN: (),
}


def issues_for(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer's office is that of the place where somebody is registered."""
    here = person.registration == Person.Registration.AREA and bool(person.registered_code)
    return viewer.may(ISSUE) and here and viewer.covers(person.registered_code)


def check_issue(viewer: Viewer, person: Person) -> None:
    """Raises NotAllowed without the permission, Refused where no certificate of this person is issued here."""
    viewer.require(ISSUE)
    if not issues_for(viewer, person):
        raise Refused(_("A certificate is issued where somebody is registered: tell them to ask the community there."))
    if person.died_on is not None:
        raise Refused(_("This person has died."))
    if not person.name:
        raise Refused(_("Give the person a name first."))


def check_open(row: Certificate) -> None:
    """Raises Refused where a certificate has ended."""
    if row.ended_on is not None:
        raise Refused(_("This certificate has ended already."))


def may_apply(person: Person, place_code: str) -> bool:
    """Whether a permit is for somebody who lives in a place: whoever is registered in another county, or nowhere."""
    registered = person.registered_code if person.registration == Person.Registration.AREA else ""
    return person.died_on is None and registered[:COUNTY] != place_code[:COUNTY]


def check_step(application: PermitApplication, state: str) -> None:
    """Raises Refused where a state does not follow."""
    if state not in FOLLOWS[application.state]:
        raise Refused(_("The application stands otherwise by now. Open it again."))
