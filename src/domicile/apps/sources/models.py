"""Lists from outside, compared with the register (RV-4). What each field serves: apps/stored_fields.yaml.

What a list says of somebody stands sealed in one value a row, for as long as somebody may have to decide about it, and is
gone with the key of the load. Of rows that agree nothing is kept but whom they are about.
"""

from django.db import models
from django.db.models import F, Q

from domicile.apps.common.fields import KeyField, PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class Load(Identified):
    """One list as it was handed over: of an area, for the days [begin, end); of a moment `end` is the day after.

    `digest` tells the same content again; `header_mark` the same heads in any order, with `column_map` (field -> head).
    `report` holds counts, heads and codes of questions, and nothing about anybody. `answer` is why staff say that it is right.
    """

    class State(models.TextChoices):
        READ = "read"  # its rows wait, sealed
        ASKED = "asked"  # something about it is odd: staff say what is so
        COMPARING = "comparing"
        READY = "ready"
        DISCARDED = "discarded"

    source = models.CharField(max_length=24)
    scope = KeyField(max_length=15)
    begin = models.DateField()
    end = models.DateField()
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    header_mark = models.CharField(max_length=64)
    column_map = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    report = models.JSONField(default=dict)
    answer = models.CharField(max_length=200, blank=True)
    loaded_by = models.UUIDField(null=True)
    loaded_by_name = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    erased_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "scope", "loaded_at"], name="list_load_source")]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="a_list_covers_a_time"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(compared_at__isnull=False), name="a_ready_list_was_compared"
            ),
        ]


class ListRow(Identified):
    """One who is on the list, in the register, or on both: what the two say of them, and what was decided.

    `person` and `event`: whom and what in the register it is about, where that is known; kept as plain ids, since a row
    outlives neither and decides about neither. `place_code`: where it is worked off. `month`: the first day of the month in
    which it happened, of events. `mark` tells the same row in the next list. `facts`: what the list says, as JSON.
    `candidates`: who may be meant, or is the mother or a spouse, or was ruled out, and the dwelling at the address: `person` or
    `dwelling` with `why`. `step`: how the two were found to belong together (core.linkage.lists; `chosen`, `refused` by people).
    """

    class Pile(models.TextChoices):
        AGREE = "agree"
        DIFFER = "differ"
        HERE = "here"
        THERE = "there"

    class Outcome(models.TextChoices):
        DONE = "done"  # registered or corrected here
        VISIT = "visit"
        SAME = "same"  # somebody said that it is this person, and nothing differs
        WRONG = "wrong"  # wrong on the list
        ELSEWHERE = "elsewhere"  # another county's

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="entries", db_index=False)
    number = models.PositiveIntegerField(null=True)
    pile = models.CharField(max_length=6, choices=Pile.choices)
    place_code = PlaceCodeField()
    month = models.DateField(null=True)
    person = models.UUIDField(null=True)
    event = models.UUIDField(null=True)
    step = models.CharField(max_length=24, blank=True)
    sure = models.BooleanField(default=True)
    differs = models.CharField(max_length=80, blank=True)
    candidates = models.JSONField(default=list)
    mark = models.BinaryField(max_length=16)
    facts = SealedField(subject="load_id")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    carried = models.BooleanField(default=False)
    answered_by = models.UUIDField(null=True)
    answered_by_name = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["load", "pile", "place_code", "id"], name="list_row_pile"),
            models.Index(fields=["load"], name="list_row_open", condition=Q(outcome="") & ~Q(pile="agree")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["load", "mark"], name="one_row_of_a_mark"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="an_outcome_was_said_once",
            ),
            models.CheckConstraint(
                condition=~Q(pile__in=["agree", "here"]) | Q(person__isnull=False) | Q(event__isnull=False),
                name="who_is_here_is_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(pile="agree") | Q(facts__isnull=True), name="what_agrees_keeps_no_facts"
            ),
        ]
