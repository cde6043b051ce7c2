"""Gather the texts of the long forms, code what is sure, and take what people decide."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import opening, quick
from domicile.apps.census.coding.coders import coder_of
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.plan.models import Census
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import keyring, sealing
from domicile.core.codes.text import comparison_key
from domicile.core.coding import auto_code, lists
from domicile.core.policy.parameters import parameter

GATHER, DECIDE = "census.gather_wordings", "census.code_wording"
PERMISSION = "review_change"
#: The item that holds the text of a list.
TEXTS = {"occupation": "occupation_text", "industry": "industry_text"}
AT_ONCE = 2000


@dataclass(frozen=True)
class Told:
    """How many texts there are, how many of them are new, and how many of the new ones the list was sure of."""

    texts: int
    new: int
    coded: int


def may_code(viewer: Viewer, census: Census) -> bool:
    """Whether the viewer codes the texts of a census: they are of all of it."""
    return viewer.may(PERMISSION) and viewer.covers(census.scope)


def check(viewer: Viewer, census: Census) -> None:
    """Raise NotAllowed unless `may_code`."""
    if not may_code(viewer, census):
        raise NotAllowed("code the texts of a census")


def digest(census_id: uuid.UUID, listed: str, text: str) -> str:
    """The keyed hash of a text as it is compared."""
    return keyring.blind("term", f"census coding\x1f{census_id.hex}\x1f{listed}\x1f{comparison_key(text)}").hex()


def gather(*, actor: Viewer, census: Census) -> Told:
    """Read the long forms that count, keep each text once, and code those of which the list is sure.

    What people decided stays, also for texts that no form has any more: then `count` is 0. Raises Refused without a long form.
    """
    check(actor, census)
    record_look(actor, question="coding_texts")
    found: dict[str, Counter[str]] = {listed: Counter() for listed in TEXTS}
    written: dict[tuple[str, str], str] = {}
    forms = 0
    for _place, _household, content in opening.contents(census, forms=("long",)):
        forms += 1
        for person in quick.persons_of(content):
            for listed, item in TEXTS.items():
                text = person.get(item)
                if isinstance(text, str) and comparison_key(text):
                    key = comparison_key(text)
                    found[listed][key] += 1
                    written.setdefault((listed, key), text.strip())
    if not forms:
        raise Refused(_("No long form has come in yet."))
    with transaction.atomic(), recording(
        actor=actor, action=GATHER, subject_kind="census", subject_id=census.pk, place_code=census.scope
    ) as change:  # fmt: skip
        Census.objects.select_for_update().get(pk=census.pk)
        told = [_kept(census, listed, counts, written) for listed, counts in found.items()]
        change.values.append([Wording._meta.db_table, "", "gather", {"new": [None, sum(one.new for one in told)]}])
    return Told(*(sum(getattr(one, name) for one in told) for name in ("texts", "new", "coded")))


def _kept(census: Census, listed: str, counts: Counter[str], written: Mapping[tuple[str, str], str]) -> Told:
    held = {row.digest: row for row in Wording.objects.filter(census=census, listed=listed)}
    by_digest = {digest(census.pk, listed, key): key for key in counts}
    for name, row in held.items():
        row.count = counts[by_digest[name]] if name in by_digest else 0
    Wording.objects.bulk_update(held.values(), ["count"], batch_size=AT_ONCE)
    fresh = {name: key for name, key in by_digest.items() if name not in held}
    coder = coder_of(census, listed)
    sure = float(parameter("census_coding.sure_score", timezone.localdate()))
    codes = auto_code(coder, fresh.values(), sure)
    now, seal = timezone.now(), sealing.ensure_subject(census.pk)
    rows = []
    for (name, key), code in zip(fresh.items(), codes, strict=True):
        row = Wording(pk=new_id(), census=census, listed=listed, digest=name, count=counts[key], code=code or "")
        row.how, row.decided_at = (Wording.How.LIST, now) if code else ("", None)
        binding = sealing.binding(Wording._meta.db_table, "text", row.pk)
        row.text = sealing.encrypt(seal, written[listed, key].encode(), binding)
        rows.append(row)
    Wording.objects.bulk_create(rows, batch_size=AT_ONCE)
    return Told(len(counts), len(rows), sum(code is not None for code in codes))


@transaction.atomic
def decide(*, actor: Viewer, wording_id: uuid.UUID, code: str) -> Wording:
    """Give a text its code; '' says that it tells none. Raises Refused for a code that is not on the list."""
    row = Wording.objects.select_for_update(of=("self",)).select_related("census").filter(pk=wording_id).first()
    if row is None:
        raise NotAllowed("code a text")
    check(actor, row.census)
    if code and code not in {entry.code for entry in lists()[row.listed]}:
        raise Refused(_("Choose one of the list."), "code")
    with recording(
        actor=actor, action=DECIDE, subject_kind="wording", subject_id=row.pk, place_code=row.census.scope
    ) as change:
        return change.update(
            row,
            code=code,
            unclear=not code,
            how=Wording.How.PERSON,
            decided_at=timezone.now(),
            decided_by=actor.user_id,
        )


class Codes:
    """The codes of a census's texts, for whoever writes its records."""

    def __init__(self, census: Census) -> None:
        self.census_id = census.pk
        rows = Wording.objects.filter(census=census).exclude(code="").values_list("listed", "digest", "code")
        self.known = {(listed, name): code for listed, name, code in rows}
        self.told: dict[tuple[str, str], str | None] = {}

    def of(self, listed: str, text: object) -> str | None:
        """The code of a text; None where it has none."""
        if not self.known or not isinstance(text, str) or not text.strip():
            return None
        if (listed, text) not in self.told:
            self.told[listed, text] = self.known.get((listed, digest(self.census_id, listed, text)))
        return self.told[listed, text]


def names(listed: str, codes: Iterable[str], language: str) -> dict[str, str]:
    """The names of codes."""
    wanted = set(codes)
    return {
        entry.code: entry.name if language.startswith("zh") else entry.name_en
        for entry in lists()[listed]
        if entry.code in wanted
    }
