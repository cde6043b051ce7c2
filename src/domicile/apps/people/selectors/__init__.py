"""Reads of persons, households and dwellings: each begins with the viewer's areas and records the look."""

from domicile.apps.people.selectors.history_card import HistoryCard, history_card
from domicile.apps.people.selectors.home_cards import DwellingCard, HouseholdCard, dwelling_card, household_card
from domicile.apps.people.selectors.home_history import HouseholdHistory, household_history
from domicile.apps.people.selectors.person_card import PersonCard, person_card
from domicile.apps.people.selectors.search import Found, search

__all__ = [
    "DwellingCard",
    "Found",
    "HistoryCard",
    "HouseholdCard",
    "HouseholdHistory",
    "PersonCard",
    "dwelling_card",
    "history_card",
    "household_card",
    "household_history",
    "person_card",
    "search",
]
