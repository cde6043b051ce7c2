"""What is entered at a door before the census."""

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.listing import words


class DayInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PlaceForm(forms.Form):
    """A building or a place that the frame lacks."""

    address = forms.CharField(
        label=_("Where it is"), max_length=200,
        help_text=_("The address, or words by which a stranger finds it. No names of people."),
    )  # fmt: skip


class DwellingForm(forms.Form):
    """A door."""

    number = forms.CharField(
        label=_("Number of the door"), max_length=32, help_text=_("As it stands at the door, for instance 2-301.")
    )
    use = forms.ChoiceField(label=_("How it is used"), choices=words.USES.items(), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How people here are counted"), choices=words.CHANNELS.items())


class UseForm(DwellingForm):
    """The same of a door that has its number."""

    number = None  # type: ignore[assignment]


class HouseholdForm(forms.Form):
    """A household as it is met at the door."""

    head_name = forms.CharField(
        label=_("Name of the head of the household"), max_length=60, required=False,
        help_text=_("As told at the door. Leave it empty where nobody was met."),
    )  # fmt: skip
    expected = forms.IntegerField(label=_("How many people are to be counted"), min_value=0, max_value=9999, initial=1)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False,
        help_text=_("Only to agree on when to come. It is sealed, and destroyed with the forms."),
    )  # fmt: skip
    absence = forms.ChoiceField(label=_("At the reference moment"), choices=words.ABSENCES.items())
    back_on = forms.DateField(label=_("Back on"), required=False, widget=DayInput)


class SplitForm(forms.Form):
    """The part of a household that keeps house for itself."""

    head_name = forms.CharField(label=_("Name of the head of the new household"), max_length=60, required=False)
    expected = forms.IntegerField(label=_("How many people of it are to be counted"), min_value=0, max_value=9999)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class EndForm(forms.Form):
    """Why a household is not asked here."""

    why = forms.ChoiceField(label=_("What became of it"), choices=words.ENDED.items(), widget=forms.RadioSelect)


class SheetForm(forms.Form):
    """A sheet of the listing."""

    file = forms.FileField(label=_("Sheet (xlsx or CSV)"))
