"""Lines and messages in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.peers.models import Peer

STATES: dict[str, str | Promise] = {
    Peer.State.PROPOSED: _("to be confirmed"),
    Peer.State.ACTIVE: _("linked"),
    Peer.State.PAUSED: _("paused"),
    Peer.State.ENDED: _("ended"),
}
MESSAGE_STATES: dict[str, str | Promise] = {
    "waiting": _("on its way"), "received": _("arrived"), "refused": _("refused"), "given_up": _("given up"),
    "applied": _("arrived"), "aside": _("set aside"),
}  # fmt: skip
KINDS: dict[str, str | Promise] = {
    "note": _("notice"), "key": _("new key"), "void": _("message given up"), "given_up": _("message given up there"),
}  # fmt: skip
#: What is wrong with a line, and what cures it.
PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "timeout": (_("no answer in time"), _("It is tried again by itself. Ask the other end if it lasts.")),
    "no_answer": (_("nobody answers"), _("It is tried again by itself. Ask the other end whether it runs, and where.")),
    "no_such_host": (_("the host is not found"), _("Check the address on a new card.")),
    "tls": (_("the certificate is not valid"), _("The other end renews it, or names its authority: domicile peers add --ca.")),
    "not_https": (_("not https"), _("The other end needs an address with https.")),
    "redirect": (_("it sends us elsewhere, which is not followed"), _("Ask for a card with the new address.")),
    "bad_answer": (_("the answer cannot be read"), _("It is tried again by itself. The other end looks into its log.")),
    "answer_not_signed": (
        _("the answer is not signed by this register"),
        _("Somebody else may answer at this address. Compare the fingerprint again by telephone."),
    ),
    "unknown_key": (_("it does not know our key"), _("Send it our card again.")),
    "key_revoked": (_("it has taken our key back"), _("Send it our card again, and ask why.")),
    "key_expired": (_("our key is over there"), _("Send it our card again.")),
    "bad_signature": (_("it does not accept our signature"), _("Compare the address on our card with the one that it uses.")),
    "bad_digest": (_("the message was changed on its way"), _("It is tried again by itself.")),
    "stale": (_("the clocks differ"), _("Set the clock of this machine, or of the other one.")),
    "paused": (_("it has paused the link"), _("It is tried again by itself. Ask until when.")),
    "not_linked": (_("it has not linked us"), _("Send it our card; its administrator confirms the fingerprint.")),
    "too_many": (_("we send too often"), _("It is tried again by itself.")),
    "too_large": (_("it takes no batch of this size"), _("Ask what stands before it: a proxy has to let 1 MB pass.")),
    "no_key_there": (
        _("it has no key of its own"),
        _("It puts its key folder back, or makes a new key and sends its card."),
    ),
    "no_key_of_peer": (_("none of its keys counts here"), _("Ask for its card, take it up and compare the fingerprint.")),
    "no_key": (_("this register has no key that counts"), _("Make one with domicile peers rotate, and hand out the card again.")),
    "no_key_file": (
        _("the file of the own key is missing"),
        _("Put the copy of the key folder back. Without a copy: domicile peers rotate, and hand out the card again."),
    ),
}  # fmt: skip
#: Why a message was refused or set aside, and what cures it.
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "unknown_type": (_("it does not know this kind of message"), _("Try again once it runs a newer version, or give up.")),
    "unknown_schema": (_("it does not know this form of the message"), _("Try again once it runs a newer version, or give up.")),
    "wrong_source": (_("it takes us for another register"), _("Send it our card again, then try again.")),
    "wrong_recipient": (_("it is another register by now"), _("Ask for its card, then try again.")),
    "not_an_event": (_("it cannot read the message"), _("Report it as a fault of the program; then give up.")),
    "changed": (_("it has another message with this id"), _("Compare both journals: domicile exchange compare.")),
    "number_taken": (_("it has another message with this number"), _("Compare both journals: domicile exchange compare.")),
    "not_taken": (_("it does not take this from us"), _("Its words say why. Cure that, then try again, or give up.")),
    "refused": (_("it cannot be applied here"), _("Cure what the words say, then try again. Or give it up: its sender is told.")),
    "given_up_there": (
        _("the other end has given it up: it takes no effect there"),
        _("Ask its administrators, and correct the matter here: the correction is told to them."),
    ),
    "error": (_("the program failed on it"), _("Report it with the time as a fault of the program; then try again.")),
    "not_now": (_("it waits for something"), _("Nothing needs to be done.")),
}  # fmt: skip


def problem(code: str) -> tuple[str, str]:
    """What is wrong with a line and its cure; the code itself where there are no words for it."""
    found = PROBLEMS.get(code, (code, _("It is tried again by itself. Ask the other end if it lasts.")))
    return str(found[0]), str(found[1])


def reason(code: str) -> tuple[str, str]:
    """Why a message stands aside and its cure."""
    found = REASONS.get(code, (code, _("Ask the other end, then try again or give up.")))
    return str(found[0]), str(found[1])


def register_all() -> None:
    """Name tables, actions and kinds in the logs."""
    from domicile.apps.administration.telling import TABLES
    from domicile.apps.administration.words import ACTIONS

    TABLES.update(
        {
            "peers_peer": _("other registers"),
            "peers_peerarea": _("areas of registers"),
            "peers_peerkey": _("keys of registers"),
            "peers_line": _("lines to registers"),
            "peers_thread": _("threads of messages"),
            "peers_outmessage": _("messages sent"),
            "peers_inmessage": _("messages received"),
        }
    )
    ACTIONS.update(
        {
            "peers.set_up": _("own register named"),
            "peers.propose": _("card of a register taken up"),
            "peers.confirm": _("register confirmed"),
            "peers.drop": _("card of a register dropped"),
            "peers.pause": _("link to a register paused"),
            "peers.resume": _("link to a register resumed"),
            "peers.end": _("link to a register ended"),
            "peers.rotate": _("key of this register changed"),
            "peers.revoke": _("key of a register taken back"),
            "peers.key": _("key told by its register"),
            "peers.note": _("notice sent to a register"),
            "peers.trust": _("authorities of a register's certificate named"),
            "peers.seen": _("message given up at the other end noted"),
            "peers.send_again": _("refused message sent again"),
            "peers.send_no_more": _("refused message given up"),
            "peers.apply_again": _("message set aside tried again"),
            "peers.apply_no_more": _("message set aside given up"),
            "peers.write_file": _("messages written to a file"),
            "peers.read_file": _("messages read from a file"),
        }
    )
