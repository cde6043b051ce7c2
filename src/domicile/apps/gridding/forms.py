"""Forms of proposals: what is asked for, and from when a plan holds."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson
import shapely
from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.actions import boundaries_geometry as geometry
from domicile.apps.areas.forms import ReasonForm, day_field
from domicile.apps.common.refusals import Refused
from domicile.apps.gridding import words
from domicile.apps.gridding.models import Proposal
from domicile.core.policy.parameters import parameter

LARGEST = 1024 * 1024
MOST_LINES = 2000


class WantedForm(forms.Form):
    """What is asked of a plan."""

    measure = forms.ChoiceField(label=_("What weighs"), choices=tuple(words.MEASURES.items()))
    size = forms.IntegerField(
        label=_("Households or people in a grid"), min_value=2, max_value=20000, required=False,
    )  # fmt: skip
    tolerance = forms.IntegerField(
        label=_("A grid may be lighter or heavier than the mean by (%)"), min_value=1, max_value=90,
    )  # fmt: skip
    grids = forms.IntegerField(
        label=_("Number of grids"), min_value=1, max_value=999, required=False,
        help_text=_("Leave it empty to get it from the size."),
    )  # fmt: skip
    objective = forms.ChoiceField(
        label=_("Among plans of like size"),
        choices=(("compact", _("compact grids")), ("cuts", _("few neighbours parted"))),
        initial="compact",
    )
    keep = forms.BooleanField(label=_("Change as little as possible of today's grids"), required=False)
    lines = forms.CharField(
        label=_("Lines that no grid crosses"), required=False, max_length=LARGEST,
        help_text=_("Main streets, rivers, railways as GeoJSON or WKT, longitude first (WGS 84). Leave it empty for none."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "map-shape"}),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Start of the search"), min_value=1, max_value=1_000_000, initial=1,
        help_text=_("Another number finds another plan; the same number finds the same one again."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["tolerance"].initial = round(float(parameter("grids.tolerance", today)) * 100)
        self.fields["size"].help_text = _("Left empty: {households} households, or {people} people.").format(
            households=parameter("grids.households", today), people=parameter("grids.people", today)
        )

    def clean_lines(self) -> list[list[list[float]]]:
        """The lines as lists of [longitude, latitude]."""
        try:
            return lines_of(self.cleaned_data["lines"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal


class SeveralForm(WantedForm):
    """The same for several communities at once, each divided by itself."""

    grids = None  # type: ignore[assignment]
    lines = None  # type: ignore[assignment]
    clean_lines = None  # type: ignore[assignment]
    field_order = ("measure", "size", "tolerance", "objective", "keep", "seed")


class AdoptForm(ReasonForm):
    """From which day the grids of a plan hold."""

    on = day_field(_("Grids from"))
    field_order = ("on", "reason")


def lines_of(text: str) -> list[list[list[float]]]:
    """Lines as they are typed or pasted: WKT, or GeoJSON with any number of features. Raises Refused."""
    typed = text.strip()
    if not typed:
        return []
    made: list[list[list[float]]] = []
    for piece in _pieces(typed):
        drawn = geometry.read(piece, "lines", ("LineString", "MultiLineString"))
        made += [[[round(x, 7), round(y, 7)] for x, y in line.coords] for line in shapely.get_parts(drawn)]
    if len(made) > MOST_LINES:
        raise Refused(
            _("These are more than {most} lines. Give those that matter here.").format(most=MOST_LINES), "lines"
        )
    return made


def _pieces(typed: str) -> Sequence[str]:
    if not typed.startswith("{"):
        return [typed]
    try:
        document = orjson.loads(typed)
    except ValueError:
        return [typed]
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        return [typed]
    return [orjson.dumps(feature).decode() for feature in document["features"]]


def as_text(lines: Sequence[Sequence[Any]]) -> str:
    """Lines as they are shown to be changed: WKT; '' for none."""
    return shapely.to_wkt(shapely.MultiLineString(lines), rounding_precision=7) if lines else ""


def usual_measure() -> str:
    """What weighs unless somebody says otherwise."""
    return Proposal.Measure.WORKLOAD.value
