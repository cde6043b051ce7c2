"""Fields that an area adds for a stated service (PE-7), and what is entered in them. What each serves:
apps/stored_fields.yaml."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils.translation import get_language

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField

#: Digits of a county's code.
COUNTY = 6


def in_words(zh: str, en: str) -> str:
    """The text in the language of the page."""
    return zh if (get_language() or "zh").startswith("zh") else en


class LocalField(Identified):
    """A typed field of an area's persons or dwellings, for a stated service, in [start, end).

    It is proposed in an area and approved a level above, by somebody else. `scope` is the proposing area's code, cut to
    its level (community 12 digits, township 9, county 6). Nobody above the county works here: the approval of its fields
    comes on paper, and a second person of the county enters it (`authority`, `document`, `document_date`). Once a field
    has ended its values are erased.
    """

    class Subject(models.TextChoices):
        PERSON = "person"
        DWELLING = "dwelling"

    class Kind(models.TextChoices):
        YES_NO = "yes_no"
        CHOICE = "choice"
        NUMBER = "number"
        DAY = "day"
        TEXT = "text"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REFUSED = "refused"
        ENDED = "ended"

    scope = KeyField(max_length=12, db_index=True)
    subject_kind = models.CharField(max_length=8, choices=Subject.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=80)
    service = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    start = models.DateField()
    end = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_by_name = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=80, blank=True, help_text="office above that approved it on paper")
    document = models.CharField(max_length=60, blank=True, help_text="number of that paper")
    document_date = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="local_field_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="local_field_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(authority="", document="", document_date__isnull=True)
                | (~Q(authority="") & ~Q(document="") & Q(document_date__isnull=False)),
                name="local_field_paper_is_named_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused"])
                | Q(GreaterThan(Length("scope"), COUNTY))
                | ~Q(document=""),
                name="local_field_of_a_county_is_approved_on_paper",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(state="ended"), name="only_an_ended_local_field_is_erased"
            ),
            models.CheckConstraint(condition=Q(subject_kind__in=["person", "dwelling"]), name="local_field_subject"),
            models.CheckConstraint(
                condition=Q(kind__in=["yes_no", "choice", "number", "day", "text"]), name="local_field_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "refused", "ended"]), name="local_field_state"
            ),
        ]

    @property
    def label(self) -> str:
        """What it is called, in the language of the page."""
        return in_words(self.label_zh, self.label_en)


class LocalChoice(Identified):
    """One answer of a field of kind `choice`; `position` is what is stored for it."""

    field = models.ForeignKey(LocalField, on_delete=models.PROTECT, related_name="choices", db_index=False)
    position = models.PositiveSmallIntegerField()
    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "position"], name="local_choice_once")]

    @property
    def label(self) -> str:
        """The answer in the language of the page."""
        return in_words(self.label_zh, self.label_en)


class LocalValue(Identified):
    """What is entered for one person or dwelling: sealed for them, and inside with the field's own key (values.py)."""

    field = models.ForeignKey(LocalField, on_delete=models.PROTECT, related_name="values", db_index=False)
    subject_id = models.UUIDField(db_index=True)
    value = SealedField(subject="subject_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "subject_id"], name="one_local_value")]
