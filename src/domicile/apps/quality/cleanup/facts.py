"""What the register shows of a case now, and whether that is enough for an outcome.

An outcome says what was found; whether somebody is registered, dead or gone is read from the register and from nothing else.
So nobody leaves a list as registered who is not, and no registration ends by a word that is said here (P-1).
"""

import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.duplicates.models import Pair
from domicile.apps.people.identity import stands_for
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.quality.cleanup.gathering import COMMUNITY, COUNTY, OUT_OF_USE, known_part
from domicile.apps.quality.cleanup.lists import List, Outcome, lists
from domicile.apps.quality.cleanup.models import CleanupCase
from domicile.apps.quality.models import RuleFinding
from domicile.apps.sources.models import ListRow

AREA, ABROAD = Person.Registration.AREA, Person.Registration.ABROAD
#: Lists of who may rightly be registered nowhere in the country, or is on file nowhere yet: nothing is asked of them there.
WITHOUT_QUESTION: Final = frozenset({"abroad", "omitted", "number"})

#: What has to be done first, where the register does not show what an outcome needs.
FIRST: Final[dict[str, str | Promise]] = {
    "registered": _("First enter on the card where they are registered: nobody leaves this list unregistered."),
    "placed": _("First enter on the card where they are registered."),
    "registered_here": _("First enter on the card that they are registered in this community."),
    "elsewhere": _("First enter on the card where the registration has moved to: it ends here only once it stands elsewhere."),
    "dead": _("First register the death."),
    "dead_or_elsewhere": _(
        "The register shows neither a death nor a registration elsewhere. Choose that the papers were passed on: the case "
        "stays open, and they stay registered."
    ),
    "gone": _("First end the stay, or register the move: by the register they live here."),
    "lives_here": _("First register that they live here."),
    "merged": _("First merge the two records."),
    "apart": _("First note at the pair that they are two persons."),
    "other_registered": _("Neither of the two is registered by the register: nobody may be left without a registration."),
    "row_decided": _("First enter them from the list, or note there what is so."),
    "finding_solved": _("The rules still find something wrong with the number: correct it, or note why it is right."),
    "finding_explained": _("First note on the card why the number is right as it is."),
    "unshelled": _("First move the registered household to a dwelling that stands."),
}  # fmt: skip
UNREGISTERED: Final = _(
    "They live here and no registration is on file: the case stays open until there is one. Choose what is being done for them."
)


@dataclass(frozen=True)
class Facts:
    """What the register shows of whom a case is about; the second record of a pair is asked for its registration alone."""

    place: str
    person: Person | None = None
    home: str = ""
    other_registered: bool = False
    pair: str = ""
    row_decided: bool = False
    findings: frozenset[str] = frozenset()
    shelled: bool = False

    @property
    def registered(self) -> bool:
        who = self.person
        if who is None:
            return False
        return who.registration == ABROAD or (
            who.registration == AREA and bool(who.registered_code or who.registered_text)
        )

    @property
    def registered_here(self) -> bool:
        return self.registered and self._code[:COMMUNITY] == self.place[:COMMUNITY]

    @property
    def elsewhere(self) -> bool:
        """Registered somewhere that does not hold this community."""
        if not self.registered:
            return False
        return not self._code or not self.place.startswith(known_part(self._code))

    @property
    def placed(self) -> bool:
        """It is known in which community they are registered, or that it is none of this county."""
        return self.registered_here or (
            self.elsewhere and (self._code[:COUNTY] != self.place[:COUNTY] or len(known_part(self._code)) > COUNTY)
        )

    @property
    def dead(self) -> bool:
        return self.person is not None and self.person.died_on is not None

    @property
    def gone(self) -> bool:
        return self.home[:COMMUNITY] != self.place[:COMMUNITY]

    @property
    def _code(self) -> str:
        return self.person.registered_code if self.person is not None and self.person.registration == AREA else ""

    def show(self, needs: str) -> bool:
        """Whether the register shows what an outcome needs. Raises KeyError for what nobody knows."""
        return {
            "": True, "registered": self.registered, "placed": self.placed, "registered_here": self.registered_here,
            "elsewhere": self.elsewhere, "dead": self.dead, "dead_or_elsewhere": self.dead or self.elsewhere,
            "gone": self.gone, "lives_here": not self.gone, "merged": self.pair == Pair.State.MERGED,
            "apart": self.pair == Pair.State.APART, "other_registered": self.registered or self.other_registered,
            "row_decided": self.row_decided, "finding_solved": not self.findings & {"open", "explained"},
            "finding_explained": "open" not in self.findings and "explained" in self.findings,
            "unshelled": not self.shelled,
        }[needs]  # fmt: skip


def lacking(of: List, outcome: Outcome, facts: Facts) -> "str | Promise":
    """What has to be done before this may be said of a case; '' where it may be said."""
    if facts.person is None and outcome.settles:  # whom only an outside list knows: the row of the list says what is so
        return "" if facts.row_decided else FIRST["row_decided"]
    if not facts.show(outcome.needs):
        return FIRST[outcome.needs]
    if outcome.ends and not (facts.dead or facts.elsewhere or facts.other_registered):
        return FIRST["dead_or_elsewhere"]
    alone = not (facts.registered or facts.other_registered or facts.dead or facts.gone)
    if outcome.settles and alone and of.key not in WITHOUT_QUESTION:
        return UNREGISTERED
    return ""


def facts_of(case: CleanupCase) -> Facts:
    """What the register shows of a case now. Seven queries at most."""
    if case.person_id is None:
        waits = ListRow.objects.filter(pk=case.subject, outcome="", pile=ListRow.Pile.THERE)
        return Facts(case.place_code, row_decided=not waits.exists())
    who = stands_for(case.person_id)
    homes = Spell.objects.filter(person_id=who, end=None, kind=Spell.Kind.USUAL)
    other = stands_for(case.other) if case.other else None
    return Facts(
        case.place_code,
        person=Person.objects.filter(pk=who).first(),
        home=homes.values_list("dwelling__place_code", flat=True).first() or "",
        other_registered=_registered(other) if other and other != who else False,
        pair=_pair(case),
        findings=_findings(who) if case.listed == "number" else frozenset(),
        shelled=_shelled(who) if case.listed == "shell" else False,
    )


def _pair(case: CleanupCase) -> str:
    if case.listed != "double":
        return ""
    return Pair.objects.filter(pk=case.subject).values_list("state", flat=True).first() or ""


def _registered(who: uuid.UUID) -> bool:
    rows = Person.objects.filter(pk=who, died_on=None)
    return rows.filter(
        Q(registration=ABROAD) | (Q(registration=AREA) & ~Q(registered_code="", registered_text=""))
    ).exists()


def _findings(who: uuid.UUID) -> frozenset[str]:
    rows = RuleFinding.objects.filter(person=who, rule__in=lists()["number"].rules)
    return frozenset(rows.values_list("state", flat=True))


def _shelled(who: uuid.UUID) -> bool:
    return Member.objects.filter(
        OUT_OF_USE, Q(person=who) | Q(person__stood_for__stands=who), side=Household.Side.REGISTERED, left_on=None,
        household__ended_on=None,
    ).exists()  # fmt: skip
