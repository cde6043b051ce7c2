"""Plain notices between administrators of two registers."""

import uuid

from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import actions, outbox
from domicile.apps.peers.builtin import NOTE, NOTE_LENGTH
from domicile.apps.peers.models import OutMessage, Peer


def send(*, actor: Viewer, peer_id: uuid.UUID, text: str, subject: uuid.UUID | None = None) -> OutMessage:
    """Tell the administrators of a peer something; numbers of people are taken out. Raises Refused.

    Notices with one `subject` arrive in the order in which they were written.
    """
    actions.require(actor)
    peer = Peer.objects.filter(pk=peer_id, state__in=Peer.LINKED).first()
    if peer is None:
        raise Refused(_("There is no such register."))
    told = without_numbers(text.strip())
    if not 0 < len(told) <= NOTE_LENGTH:
        raise Refused(_("A notice has up to 500 characters."), "text")
    with recording(actor=actor, action="peers.note", subject_kind=actions.SUBJECT, subject_id=peer.pk) as change:
        sent = outbox.post(peer=peer, kind=NOTE, subject=subject or new_id(), data={"text": told, "from": actor.name})
        change.created(sent)
    return sent
