"""Moves: one thing with two ends (MO-1 to MO-4). What each field serves: apps/stored_fields.yaml.

How a move goes stands in core/moves/machine.yaml; the database holds to it: a step that the machine does not know cannot be
stored, steps follow one on the other, none is ever rewritten, a correction is accepted right after it, and a move is in the
state that its last step led to (triggers, made in the migrations).
"""

from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.people.models import Household, Person
from domicile.apps.places.models import Dwelling
from domicile.core.moves import states, steps


def _either(*conditions: Q) -> Q:
    found = Q(pk__in=[])
    for place, condition in enumerate(conditions):
        found = condition if place == 0 else found | condition
    return found


#: (before, step, after) and (step, by) as the machine has them.
LEGAL_WAYS = _either(
    *(Q(step=step.key, before=before, after=after) for step in steps().values() for before, after in step.ways)
)
LEGAL_PARTIES = _either(*(Q(step=step.key, by__in=list(step.who)) for step in steps().values()))
LEGAL_OWNERS = _either(
    *(
        Q(state=key, owner__in=[state.owner] if state.owner else ["origin", "destination"])
        for key, state in states().items()
    )
)


class Side(models.TextChoices):
    """The two ends."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class Where(models.TextChoices):
    """What kind of place somebody goes to."""

    AREA = "area"  # of this register: its code says which
    ELSEWHERE = "elsewhere"  # another place in the country
    ABROAD = "abroad"
    UNKNOWN = "unknown"


class Move(Identified):
    """A move of one person or of members of one household. Its id is the same wherever it is spoken of, also elsewhere."""

    state = models.CharField(max_length=10, default="declared")
    owner = models.CharField(max_length=11, choices=Side.choices, default=Side.ORIGIN)
    made_at = models.DateTimeField()
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="moves", help_text="that they leave"
    )
    new_head = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="of those who stay"
    )
    reason = models.CharField(max_length=2, blank=True, help_text="inflow_reason")
    expected_return = models.DateField(null=True, blank=True)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        indexes = [models.Index(fields=["state", "made_at"], name="move_state")]
        constraints = [models.CheckConstraint(condition=LEGAL_OWNERS, name="move_has_one_owner")]


class MoveEnd(Identified):
    """What one end keeps of a move, and says: where to, on which day, on what evidence. `said_at` empty: nothing yet.

    `code` is the end itself (empty: beyond any code); `day` the first day no longer lived at the origin, or the first one
    lived at the destination.
    """

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="ends")
    side = models.CharField(max_length=11, choices=Side.choices)
    code = PlaceCodeField(blank=True)
    dwelling = models.ForeignKey(Dwelling, null=True, blank=True, on_delete=models.PROTECT, related_name="move_ends")
    household = models.ForeignKey(
        Household,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="joined at the destination",
    )
    to_where = models.CharField(max_length=9, choices=Where.choices, blank=True)
    to_code = PlaceCodeField(blank=True)
    to_text = models.CharField(max_length=160, blank=True)
    day = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    said_by = models.UUIDField(null=True, blank=True)
    said_by_name = models.CharField(max_length=64, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="when the county or township that was named gave the move to a community"
    )

    class Meta:
        indexes = [models.Index(fields=["side", "code", "move"], name="move_end_code")]
        constraints = [
            models.UniqueConstraint(fields=["move", "side"], name="one_end_of_a_side"),
            models.CheckConstraint(
                condition=Q(said_at__isnull=True) | (Q(day__isnull=False) & ~Q(to_where="")),
                name="an_end_says_where_and_when",
            ),
            models.CheckConstraint(condition=~Q(to_where="area") | ~Q(to_code=""), name="an_area_has_its_code"),
        ]


class MovePerson(Identified):
    """Somebody who moves, by the word of either end. One move at a time: `under_way` while the move is."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="moves", db_index=False)
    by_origin = models.BooleanField(default=False)
    by_destination = models.BooleanField(default=False)
    under_way = models.BooleanField(default=True)
    relation = models.CharField(max_length=2, blank=True, default="", help_text="to the head, as another register says")

    class Meta:
        indexes = [models.Index(fields=["person"], name="move_person")]
        constraints = [
            models.UniqueConstraint(fields=["move", "person"], name="once_in_a_move"),
            models.UniqueConstraint(fields=["person"], condition=Q(under_way=True), name="one_move_at_a_time"),
        ]


class MoveChange(Identified):
    """One step of a move: who took it, from which end, why, on what evidence. Never rewritten."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=18)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    by = models.CharField(max_length=15)
    day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    side = models.CharField(
        max_length=11, choices=Side.choices, blank=True, help_text="whose word a level above both corrected"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "number"], name="one_step_of_a_number"),
            models.CheckConstraint(condition=LEGAL_WAYS, name="legal_step"),
            models.CheckConstraint(condition=LEGAL_PARTIES, name="legal_party"),
            models.CheckConstraint(
                condition=Q(side="")
                | Q(side__in=["origin", "destination"], by="above", step__in=["correct", "reopen"]),
                name="above_corrects_for_an_end",
            ),
        ]


class Correspondence(Identified):
    """Another register with which a move is spoken of. `keeps`: it keeps the order of the steps, and this one follows.

    `told`: the number of the last step that it was told of. `gone`: the move leads elsewhere by now, and it is told no more.
    """

    #: What another register has been told is not undone from history: a step that takes it back is told as well.
    told_to_others = True

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="correspondence")
    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+")
    keeps = models.BooleanField(default=False)
    told = models.PositiveSmallIntegerField(default=0)
    gone = models.BooleanField(default=False)
    heard_at = models.DateTimeField(
        null=True, blank=True, help_text="when the end that is told last had a message acknowledged"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "peer"], name="one_correspondence_with_a_register"),
            models.UniqueConstraint(fields=["move"], condition=Q(keeps=True), name="one_register_keeps_the_order"),
        ]


class MoveRequest(Identified):
    """A step that this register asked the keeper of a move to take; until it answers nothing counts otherwise."""

    class Outcome(models.TextChoices):
        DONE = "done"
        REFUSED = "refused"

    told_to_others = True

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="requests")
    step = models.CharField(max_length=18)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True, blank=True)
    made_by_name = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["move"], condition=Q(answered_at__isnull=True), name="one_request_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="") | Q(answered_at__isnull=False) & ~Q(outcome=""),
                name="an_answer_has_an_outcome",
            ),
        ]


# Codes of movers and what they said are models of this app too.
# So are questions by which several may be meant.
from domicile.apps.moves.meant import models as meant_models  # noqa: E402, F401
from domicile.apps.moves.mover import models as mover_models  # noqa: E402, F401

# So are requests to look outside one's areas.
from domicile.apps.moves.requests import models as request_models  # noqa: E402, F401
