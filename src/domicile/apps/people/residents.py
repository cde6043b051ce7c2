"""How many people are tied to dwellings: figures for the house tables of places, which name nobody."""

import uuid
from collections.abc import Collection

from django.db.models import Count

from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.places.registry import Tied


def residents(dwellings: Collection[uuid.UUID]) -> dict[uuid.UUID, Tied]:
    """Who lives at each dwelling and who is registered there, counted. Two queries."""
    stays = Spell.objects.filter(dwelling__in=dwellings, end=None).order_by().values_list("dwelling_id")
    living = dict(stays.annotate(Count("person", distinct=True)))
    members = Member.objects.filter(
        household__dwelling__in=dwellings, side=Household.Side.REGISTERED, left_on=None
    ).order_by()
    registered = dict(members.values_list("household__dwelling_id").annotate(Count("person", distinct=True)))
    return {dwelling: Tied(living.get(dwelling, 0), registered.get(dwelling, 0)) for dwelling in {*living, *registered}}
