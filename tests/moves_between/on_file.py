"""What is on file inside one register: what a test compares, and what the register's own checks find."""

from pathlib import Path
from typing import Any


def moves() -> list[dict[str, Any]]:
    """Every move as it stands here."""
    from domicile.apps.moves.models import Move

    found = []
    for move in Move.objects.order_by("made_at", "pk").prefetch_related(
        "ends", "people", "correspondence", "requests", "changes"
    ):
        ends = {end.side: end for end in move.ends.all()}
        steps = sorted(move.changes.all(), key=lambda row: row.number)
        found.append({
            "id": move.pk.hex, "state": move.state, "owner": move.owner,
            "people": sorted(row.pk.hex for row in move.people.all()),
            "steps": [(row.number, row.step, row.before, row.after) for row in steps],
            "kept_here": not any(row.keeps for row in move.correspondence.all()),
            "gone": any(row.gone for row in move.correspondence.all()),
            "spoken_of": len(move.correspondence.all()),
            "waits": any(row.answered_at is None for row in move.requests.all()),
            "refused": [row.answer for row in move.requests.all() if row.outcome == "refused"],
            "days": [str(ends[side].day or "") for side in ("origin", "destination")],
            "codes": [ends[side].code[:12] for side in ("origin", "destination")],
        })  # fmt: skip
    return found


def lines() -> dict[str, list[tuple[str, str, str]]]:
    """The usual residences of everybody by number: (community, first day, first day no longer)."""
    from domicile.apps.people.models import Document, Spell
    from domicile.apps.vault.sealing import open_many

    documents = list(Document.objects.all())
    numbers = open_many(documents, "number")
    held: dict[Any, str] = {row.person_id: numbers[row.pk] for row in documents}
    told: dict[str, list[tuple[str, str, str]]] = {number: [] for number in held.values()}
    for row in Spell.objects.filter(kind="usual", person__in=held).select_related("dwelling").order_by("start"):
        told[held[row.person_id]].append((row.dwelling.place_code[:12], str(row.start), str(row.end or "")))
    return told


def dead() -> dict[str, str]:
    """Whoever is known here to have died: number and day."""
    from domicile.apps.people.models import Document
    from domicile.apps.vault.sealing import open_many

    rows = {row.pk: row for row in Document.objects.exclude(person__died_on=None).select_related("person")}
    numbers = open_many(list(rows.values()), "number")
    return {number: str(rows[key].person.died_on) for key, number in numbers.items()}


def history(number: str) -> list[str]:
    """What is on file of somebody's stays and moves here, in words, for whoever looks for a fault."""
    from domicile.apps.moves.models import MoveChange, MovePerson
    from domicile.apps.people.models import Person, Spell
    from tests.moves_between.staff import person_of

    key = person_of(number)
    died = Person.objects.filter(pk=key).values_list("died_on", flat=True).first()
    stays = Spell.objects.filter(person_id=key).order_by("start").select_related("dwelling")
    found = [f"{one.kind} {one.dwelling.place_code} {one.start} – {one.end or ''}" for one in stays]
    found += [f"died {died}"] if died else []
    for row in MovePerson.objects.filter(person_id=key).select_related("move").order_by("move__made_at"):
        steps = MoveChange.objects.filter(move=row.move).order_by("number")
        told = "; ".join(f"{one.at:%H:%M:%S} {one.step} {one.by} {one.day or ''} → {one.after}" for one in steps)
        by = f"{'o' if row.by_origin else ''}{'d' if row.by_destination else ''}"
        codes = " to ".join(row.move.ends.order_by("-side").values_list("code", flat=True))
        found.append(
            f"{row.move_id.hex[-6:]} {row.move.state} {row.move.owner} {codes} by {by} under way {row.under_way}: {told}"
        )
    return found


def faults() -> list[str]:
    """What `domicile check moves` and `check people` find, and messages that were set aside."""
    from domicile.apps.peers.models import InMessage, OutMessage
    from domicile.apps.people.models import Member, Spell

    found = errors()
    found += [f"aside {row.kind} {row.problem} {row.words}" for row in InMessage.objects.filter(state="aside")]
    found += [f"not taken {row.kind} {row.problem} {row.words}" for row in OutMessage.objects.filter(state="refused")]
    for spell in Spell.objects.filter(kind="usual", end=None).select_related("dwelling"):
        homes = list(
            Member.objects.filter(person=spell.person_id, side="living", left_on=None).select_related("household")
        )
        if [home.household.dwelling_id for home in homes] != [spell.dwelling_id]:
            found.append(f"{spell.person_id}: household and residence differ")
    return found


def errors() -> list[str]:
    """What `domicile check moves` calls an error."""
    from domicile.apps.moves import checks

    return [f"{one.code} {one.subject}" for one in checks.run() if one.severity == "error"]


def errors_at_any_moment() -> list[str]:
    """Those that there never are, whatever is on its way: a move that was taken up again may not know of a later one yet."""
    return [one for one in errors() if one.split()[0] in {"two_residences", "state_and_steps"}]


def logs() -> list[str]:
    """What is wrong with the sealed logs of changes and of looks."""
    from domicile.site.sealing import seal_all, verify_all

    seal_all()
    verdicts = verify_all()
    return [f"{one.log}: {one.problem}" for one in verdicts if not one.whole or one.unsealed or not one.records]


def journals(paths: dict[str, str]) -> None:
    """Write the journals with other registers, by their names."""
    from domicile.apps.peers import journals as written
    from domicile.apps.peers.models import Peer

    for name, path in paths.items():
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            written.write(Peer.objects.get(name=name), stream)
