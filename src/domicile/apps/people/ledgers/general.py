"""The ledger of people (人口台账) and those that are parts of it: by situation, by age, living alone."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, NumberFilter

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.ledgers.persons import PersonTable, age_rule, living, years_before
from domicile.apps.people.ledgers.places import PlaceFilterSet
from domicile.apps.people.models import Person, Spell, Visibility
from domicile.apps.screens.ledger import Ledger
from domicile.apps.screens.policies import AGE, ORIGIN, SEX

SEXES = (("1", _("Male")), ("2", _("Female")))
SITUATIONS = (
    ("both", _("Lives and is registered here")),
    ("elsewhere", _("Lives here, registered elsewhere")),
    ("roughly", _("Lives here, registration known too roughly")),
    ("nowhere", _("Lives here, registered nowhere")),
    ("unknown", _("Registration unknown")),
)
COMMUNITY = 12
years = lazy(age_rule, int)
AREA, ABROAD = Person.Registration.AREA, Person.Registration.ABROAD


def registered_here(place: str) -> Q:
    """Registered in the community of the place code: as situations are told (people.selectors.standing)."""
    return Q(person__registration=AREA, registered_community=Substr(place, 1, COMMUNITY))


def registered_roughly(place: str) -> Q:
    """Registered in an area that holds the community, none closer being known."""
    condition = Q()
    for length in (2, 4, 6, 9):
        beginning = Substr(place, 1, length)
        filled = Concat(beginning, Value("0" * (COMMUNITY - length)))
        condition |= Q(registered_community=beginning) | Q(registered_community=filled)
    return Q(person__registration=AREA) & condition


def by_situation(rows: "QuerySet[Any]", situation: str, place: str = "code") -> "QuerySet[Any]":
    """Of rows of who lives at a place those in this situation there."""
    if situation == "nowhere":
        return rows.filter(person__registration=Person.Registration.NOWHERE)
    if situation == "unknown":
        return rows.filter(person__registration=Person.Registration.UNKNOWN)
    rows = rows.annotate(registered_community=Substr("person__registered_code", 1, COMMUNITY))
    if situation == "both":
        return rows.filter(registered_here(place))
    if situation == "roughly":
        return rows.filter(registered_roughly(place))
    here = registered_here(place) | registered_roughly(place)
    return rows.filter(Q(person__registration=ABROAD) | (Q(person__registration=AREA) & ~here))


class PersonFilter(PlaceFilterSet):
    """By community or grid, sex and age. What a view keeps of it: screens/policies.py."""

    place_field = "code"
    savable = {**PlaceFilterSet.savable, "sex": SEX, "age_from": AGE, "age_to": AGE}
    sex = ChoiceFilter("person__sex", label=_("Sex"), choices=SEXES, empty_label=_("all"))
    age_from = NumberFilter(method="by_age_from", label=_("Age from"), min_value=0, max_value=130)
    age_to = NumberFilter(method="by_age_to", label=_("to (inclusive)"), min_value=0, max_value=130)

    def by_age_from(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return rows.filter(person__birth_date__lte=years_before(timezone.localdate(), int(value)))

    def by_age_to(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return rows.filter(person__birth_date__gt=years_before(timezone.localdate(), int(value) + 1))


class SituationFilter(PersonFilter):
    """Also by the situation, for those who live here."""

    savable = {**PersonFilter.savable, "situation": ORIGIN}
    situation = ChoiceFilter(method="by_situation", label=_("Situation"), choices=SITUATIONS, empty_label=_("all"))

    def by_situation(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return by_situation(rows, value)


class People(Ledger):
    """Everybody who lives in the area."""

    heading, name = _("Ledger of people"), "people"
    about = _("Everybody who lives here, whether registered here or not.")
    permissions, shows_people = ("view_ledger",), True
    table, filterset = PersonTable, SituationFilter
    source = staticmethod(living)
    empty_title = _("Nobody here")
    empty_help = _("Nobody matches the filter, or nobody of your areas was imported or added yet.")


def living_registered_elsewhere(viewer: Viewer) -> "QuerySet[Visibility]":
    return by_situation(living(viewer), "elsewhere")


class RegisteredElsewhere(People):
    """有人无户."""

    heading, name = _("Here and registered elsewhere"), "here_elsewhere"
    about = _("Who lives here and is registered elsewhere: served like everybody who lives here.")
    filterset, subjects = PersonFilter, (ORIGIN,)
    source = staticmethod(living_registered_elsewhere)


def registered_away(viewer: Viewer) -> "QuerySet[Visibility]":
    """Registered in the viewer's areas and not living in the community of the registration."""
    home = Spell.objects.filter(person_id=OuterRef("person_id"), end__isnull=True, kind=Spell.Kind.USUAL).annotate(
        community=Substr("dwelling__place_code", 1, COMMUNITY)
    )
    rows = Visibility.objects.filter(why=Visibility.Why.REGISTERED, person__died_on__isnull=True)
    rows = rows.annotate(registered_community=Substr("code", 1, COMMUNITY))
    rows = rows.filter(~Exists(home.filter(community=OuterRef("registered_community"))))
    return restrict(rows, viewer, "code").order_by("code", "person_id", "id")


class RegisteredAway(People):
    """有户无人."""

    heading, name = _("Registered here and away"), "registered_away"
    about = _("Who is registered here and lives elsewhere: to reach them about their own affairs.")
    filterset, subjects = PersonFilter, (ORIGIN,)
    source = staticmethod(registered_away)


def born_after(viewer: Viewer, years: int) -> "QuerySet[Visibility]":
    return living(viewer).filter(person__birth_date__gt=years_before(timezone.localdate(), years))


def born_by(viewer: Viewer, years: int) -> "QuerySet[Visibility]":
    return living(viewer).filter(person__birth_date__lte=years_before(timezone.localdate(), years))


class Children(People):
    """Below school age."""

    heading, name = _("Children below school age"), "children"
    about = format_lazy(
        _("Children under {years} who live here: for places in kindergartens and schools, and for vaccination."),
        years=years("children_below_age"),
    )
    filterset, subjects = SituationFilter, (AGE,)
    source = staticmethod(lambda viewer: born_after(viewer, age_rule("children_below_age")))


class Centenarians(People):
    """百岁老人."""

    heading = format_lazy(_("Aged {years} and over"), years=years("great_age"))
    name = "centenarians"
    about = _("Those of great age who live here: for visits and the allowances they are due.")
    filterset, subjects = SituationFilter, (AGE,)
    source = staticmethod(lambda viewer: born_by(viewer, age_rule("great_age")))


def elderly_alone(viewer: Viewer) -> "QuerySet[Visibility]":
    """The elderly at whose dwelling nobody else stays."""
    own = Spell.objects.filter(person_id=OuterRef("person_id"), end__isnull=True, kind=Spell.Kind.USUAL)
    others = Spell.objects.filter(dwelling_id=OuterRef("dwelling_id"), end__isnull=True)
    alone = own.filter(~Exists(others.exclude(person_id=OuterRef("person_id"))), dwelling__place_code=OuterRef("code"))
    return born_by(viewer, age_rule("elderly_from_age")).filter(Exists(alone))


class ElderlyAlone(People):
    """独居老人."""

    heading, name = _("Elderly living alone"), "elderly_alone"
    about = format_lazy(
        _("Who is {years} or older and alone in the dwelling: for visits they have agreed to, meals and help."),
        years=years("elderly_from_age"),
    )
    filterset, subjects = SituationFilter, (AGE,)
    source = staticmethod(elderly_alone)
