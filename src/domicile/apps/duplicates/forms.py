"""The forms of a decision about two records."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import PAPERS


class MergeForm(forms.Form):
    """Which record stays, why, and on which paper."""

    stands = forms.ChoiceField(label=_("Which record stays"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why they are one person"), max_length=160)
    evidence = forms.ChoiceField(label=_("Paper seen"), choices=[("", _("none")), *PAPERS.items()], required=False)

    def __init__(self, *args: Any, offered: Sequence[tuple[uuid.UUID, str]], **kwargs: Any) -> None:
        """`offered`: the records that may stay, as (id, words)."""
        super().__init__(*args, **kwargs)
        self.fields["stands"].choices = [(str(key), text) for key, text in offered]  # type: ignore[attr-defined]


class ApartForm(forms.Form):
    """Why the two records are two persons."""

    reason = forms.CharField(label=_("Why they are two persons"), max_length=160)


class UnmergeForm(forms.Form):
    """Why the records are to stand by themselves again."""

    reason = forms.CharField(label=_("Why they are two persons after all"), max_length=160)
    apart = forms.BooleanField(
        label=_("Remember that they are two persons: the pair does not come back"), required=False, initial=True
    )


class CompareForm(forms.Form):
    """The number of the other record's document; a card is found by its number alone."""

    number = forms.CharField(label=_("Document number of the other record"), max_length=40)


class SearchForm(forms.Form):
    """Why a search is made now."""

    reason = forms.CharField(label=_("Why the search is made now"), max_length=160)
