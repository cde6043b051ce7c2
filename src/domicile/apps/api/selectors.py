"""Tokens and webhooks as their owners and the administrators of these see them."""

import uuid
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet

from domicile.apps.access.scopes import restrict
from domicile.apps.api.models import Delivery, Token, TokenUse, Webhook
from domicile.apps.common.viewer import NotAllowed, Viewer

Row = TypeVar("Row", bound=Model)


def tokens(viewer: Viewer) -> "QuerySet[Token]":
    """One's own tokens, and as administrator those of the accounts in one's areas; the newest first."""
    return _kept(Token.objects.select_related("owner"), viewer).order_by("-made_at", "-id")


def token(viewer: Viewer, token_id: uuid.UUID) -> Token:
    """One of them. Raises NotAllowed."""
    found = tokens(viewer).filter(pk=token_id).first()
    if found is None:
        raise NotAllowed("token of somebody else")
    return found


def webhooks(viewer: Viewer) -> "QuerySet[Webhook]":
    """One's own webhooks, and as administrator those of the accounts in one's areas, with how many messages failed."""
    dead = Count("deliveries", filter=Q(deliveries__state=Delivery.State.DEAD))
    rows = _kept(Webhook.objects.select_related("owner"), viewer).annotate(dead=dead)
    return rows.prefetch_related("subscriptions").order_by("-made_at", "-id")


def webhook(viewer: Viewer, webhook_id: uuid.UUID) -> Webhook:
    """One of them. Raises NotAllowed."""
    found = webhooks(viewer).filter(pk=webhook_id).first()
    if found is None:
        raise NotAllowed("webhook of somebody else")
    return found


def deliveries(webhook: Webhook) -> "QuerySet[Delivery]":
    """Messages of a webhook that the viewer may see, the newest first."""
    return Delivery.objects.filter(webhook=webhook).order_by("-made_at", "-id")


def last_used(rows: list[Token]) -> dict[uuid.UUID, object]:
    """When each token was last used."""
    return dict(TokenUse.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "last_used_at"))


def _kept(rows: "QuerySet[Row]", viewer: Viewer) -> "QuerySet[Row]":
    own = Q(owner_id=viewer.user_id) if viewer.user_id else Q(pk__in=[])
    if viewer.may("manage_accounts"):
        inside = restrict(rows.model._default_manager.all(), viewer, "owner__area_code").values("pk")
        return rows.filter(own | Q(pk__in=inside))
    return rows.filter(own)
