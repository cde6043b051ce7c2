"""domicile peers: other registers, and messages to and from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, json_option, report, start_django

if TYPE_CHECKING:
    from domicile.apps.peers.models import Peer

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="peers")
def command() -> None:
    """Link this register to others, see how their lines stand, carry messages by hand."""


@command.command()
@click.option("--name", required=True, help="How this register is called.")
@click.option(
    "--address", default="", help="Where others reach it: https://register.example.org. Empty: by file alone."
)
@click.option("--area", "areas", multiple=True, required=True, help="An area that it answers for (2 to 12 digits).")
@json_option
def own(name: str, address: str, areas: tuple[str, ...], as_json: bool) -> int:
    """Say who this register is; makes its key the first time."""
    start_django()
    from domicile.apps.peers import actions

    made = actions.set_up(actor=actions.MACHINE, name=name, address=address, areas=areas)
    report(
        {"id": made.pk, "name": made.name}, as_json, [f"{made.name}: {made.pk}", "domicile peers card shows its card"]
    )
    return 0


@command.command()
def card() -> int:
    """Print the card of this register, for the administrators of another one."""
    start_django()
    click.echo(_own_card().text())
    return 0


@command.command()
@json_option
def key(as_json: bool) -> int:
    """Print the fingerprint of the own card and the ids of the keys that count."""
    start_django()
    from django.utils import timezone

    from domicile.apps.peers import keys

    print_ = _own_card().fingerprint
    held = keys.own_keys(timezone.now())
    lines = [f"fingerprint: {print_}", *(f"key {one.key_id} until {one.valid_to or 'it is changed'}" for one in held)]
    report({"fingerprint": print_, "keys": [one.key_id for one in held]}, as_json, lines)
    return 0


def _own_card():  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from domicile.apps.peers import cards, directory

    mine = directory.own()
    if mine is None:
        raise Unable("say first who this register is: domicile peers own --name ... --area ...")
    return cards.card_of(mine, timezone.now())


@command.command()
@click.argument("file", type=THERE)
@click.option("--fingerprint", default="", help="As it was read out by telephone: the peer then counts at once.")
@click.option("--ca", "ca_file", default="", help="Authorities of its certificate, where they are not the usual ones.")
@json_option
def add(file: Path, fingerprint: str, ca_file: str, as_json: bool) -> int:
    """Take up the card of another register."""
    start_django()
    from domicile.apps.peers import actions, cards

    found = cards.read(file.read_text(encoding="utf-8"))
    if fingerprint and not cards.is_of(fingerprint, found):
        raise Unable("the fingerprint is not that of the card: do not link this register")
    peer = actions.propose(actor=actions.MACHINE, card=found)
    if ca_file:
        peer = actions.trust(actor=actions.MACHINE, peer_id=peer.pk, ca_file=str(Path(ca_file).resolve()))
    if fingerprint:
        peer = actions.confirm(actor=actions.MACHINE, peer_id=peer.pk, fingerprint=fingerprint)
    lines = [f"{peer.name}: {peer.state}", f"fingerprint: {found.fingerprint}"]
    if not fingerprint:
        lines.append(f"compare it by telephone, then: domicile peers confirm {peer.pk}")
    report({"id": peer.pk, "name": peer.name, "state": peer.state, "fingerprint": found.fingerprint}, as_json, lines)
    return 0


@command.command()
@click.argument("peer")
@click.option("--fingerprint", prompt="Fingerprint, as it was read out by telephone", help="As it was read out.")
def confirm(peer: str, fingerprint: str) -> int:
    """Let the card of a peer count that was taken up: with the fingerprint that its administrators read out."""
    return _act("confirm", peer, fingerprint=fingerprint)


@command.command()
@click.argument("peer")
@click.option("--reason", required=True)
def pause(peer: str, reason: str) -> int:
    """Send to a peer and take from it nothing for a while."""
    return _act("pause", peer, reason=reason)


@command.command()
@click.argument("peer")
def resume(peer: str) -> int:
    """Go on after a pause."""
    return _act("resume", peer)


@command.command(name="end")
@click.argument("peer")
@click.option("--reason", required=True)
def end(peer: str, reason: str) -> int:
    """End the link to a peer."""
    return _act("end", peer, reason=reason)


def _act(action: str, peer: str, **told: str) -> int:
    start_django()
    from domicile.apps.peers import actions

    done = getattr(actions, action)(actor=actions.MACHINE, peer_id=peer_of(peer).pk, **told)
    click.echo(f"{done.name}: {done.state}")
    return 0


@command.command(name="list")
@json_option
def list_peers(as_json: bool) -> int:
    """Peers with the state of their lines, what waits, and cures. Exit code 1 when a line fails or something was set aside."""
    start_django()
    from django.utils import timezone

    from domicile.apps.peers import directory, keys, selectors, words

    trouble = keys.trouble(timezone.now()) if directory.own() else ""
    worst = FOUND if trouble else 0
    if trouble:
        report({"own": trouble}, as_json, [f"{trouble}: {' — '.join(words.problem(trouble))}"])
    for row in selectors.directory():
        worst = max(worst, FOUND if row.trouble or row.set_aside else 0)
        data: dict[str, Any] = {
            "id": row.peer.pk, "name": row.peer.name, "state": row.peer.state, "address": row.peer.address,
            "areas": row.areas, "waiting": row.waiting, "oldest": row.oldest, "refused": row.refused,
            "to_apply": row.to_apply, "aside": row.aside, "given_up_there": row.given_up, "problem": row.trouble,
            "answered": row.reached_at,
        }  # fmt: skip
        line = (
            f"{row.peer.name}  {row.peer.state}  waiting {row.waiting}, refused {row.refused}, to apply {row.to_apply}"
        )
        lines = [f"{line}, set aside {row.aside}, given up there {row.given_up}"]
        if row.trouble:
            since = f"; it answered last {row.reached_at:%Y-%m-%d %H:%M} UTC" if row.reached_at else ""
            lines.append(f"  {row.trouble}: {' — '.join(words.problem(row.trouble))}{since}")
        report(data, as_json, lines)
    return worst


@command.command()
@json_option
def rotate(as_json: bool) -> int:
    """Make a new key and tell the peers of it; the old one counts for some days more."""
    start_django()
    from domicile.apps.peers import actions

    made = actions.rotate(actor=actions.MACHINE)
    report({"key": made.key_id}, as_json, [f"new key {made.key_id}; peers are told of it under the old one"])
    return 0


@command.command()
@click.argument("key_id")
@click.option("--reason", required=True)
def revoke(key_id: str, reason: str) -> int:
    """Take back a key at once: an own one that was stolen, or a peer's."""
    start_django()
    from domicile.apps.peers import actions

    taken = actions.revoke(actor=actions.MACHINE, key_id=key_id, reason=reason)
    click.echo(f"{taken.key_id} of {taken.peer.name} counts no more")
    return 0


@command.command()
@click.argument("peer")
@click.argument("text")
def note(peer: str, text: str) -> int:
    """Send the administrators of a peer a plain notice of up to 500 characters."""
    start_django()
    from domicile.apps.peers import actions, notes

    sent = notes.send(actor=actions.MACHINE, peer_id=peer_of(peer).pk, text=text)
    click.echo(f"{sent.pk}")
    return 0


@command.command()
@click.option("--once", is_flag=True, help="One round, then end; without it, until Ctrl-C.")
@json_option
def deliver(once: bool, as_json: bool) -> int:
    """Send what waits and apply what came. `domicile serve` does it by itself."""
    start_django()
    from django.utils import timezone

    from domicile.apps.peers import delivery, inbox

    if not once:
        return _work()
    done = delivery.deliver_once(now=timezone.now())
    applied = inbox.apply_waiting()
    line = f"{done.delivered} delivered, {done.refused} refused, {done.failed} lines failed, {applied} applied"
    report({**vars(done), "applied": applied}, as_json, [line])
    return FOUND if done.failed or done.refused else 0


def _work() -> int:
    import signal
    import threading

    from domicile.apps.peers.worker import Worker

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    Worker(stop).run()
    return 0


@command.command()
@click.argument("peer")
@click.argument("file", type=FILE)
@json_option
def write(peer: str, file: Path, as_json: bool) -> int:
    """Write what waits for PEER into FILE, to be carried by hand. Prints the code that opens it: tell it by telephone."""
    start_django()
    from domicile.apps.peers import actions, byhand

    made = byhand.write(actor=actions.MACHINE, peer=peer_of(peer))
    file.write_bytes(made.content)
    report(
        {"messages": made.count, "code": made.code}, as_json, [f"{made.count} messages in {file}", f"code: {made.code}"]
    )
    return 0


@command.command()
@click.argument("peer")
@click.argument("file", type=THERE)
@click.option("--code", prompt=True, help="The code that the other end told.")
@click.option("--answers", "answers_file", type=FILE, help="Where to write the answers; without it, beside FILE.")
@json_option
def read(peer: str, file: Path, code: str, answers_file: Path | None, as_json: bool) -> int:
    """Read a FILE of PEER: its messages, or its answers to ours. Exit code 1 when something of it was refused."""
    start_django()
    from domicile.apps.peers import actions, byhand, inbox

    found = byhand.read(actor=actions.MACHINE, peer=peer_of(peer), content=file.read_bytes(), code=code)
    applied = inbox.apply_waiting()
    data: dict[str, Any] = {
        "stored": found.stored,
        "had": found.had,
        "refused": found.refused,
        "answered": found.answered,
    }
    lines = [f"{found.stored} stored, {found.had} had before, {found.refused} refused, {found.answered} answered"]
    if found.answers is not None:
        out = answers_file or file.with_name(f"{file.name}.answers")
        out.write_bytes(found.answers.content)
        data |= {"answers": str(out), "code": found.answers.code}
        lines += [f"carry {out} back; code: {found.answers.code}"]
    report({**data, "applied": applied}, as_json, lines)
    return FOUND if found.refused else 0


@command.command()
@click.argument("peer")
@click.argument("file", type=FILE)
@json_option
def journal(peer: str, file: Path, as_json: bool) -> int:
    """Write the list of messages to and from PEER, without their contents, for `domicile exchange compare`."""
    start_django()
    from domicile.apps.peers import journals

    with file.open("w", encoding="utf-8", newline="") as stream:
        count = journals.write(peer_of(peer), stream)
    report({"messages": count}, as_json, [f"{count} messages in {file}"])
    return 0


def peer_of(told: str) -> "Peer":
    """A peer by its id, its name, or a code that it answers for. Raises Unable."""
    import uuid

    from domicile.apps.peers.models import Peer

    others = Peer.objects.exclude(state=Peer.State.OWN)
    try:
        found = others.filter(pk=uuid.UUID(told))
    except ValueError:
        found = others.filter(name=told) or others.filter(areas__prefix=told)
    if len(found) != 1:
        raise Unable(f"there is no one peer {told}: domicile peers list names them")
    return found[0]
