"""The field that holds a sealed value."""

from typing import Any

from django.db import models


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Ciphertext of one value: nonce (12) + AES-256-GCM ciphertext + tag, bound to table, column and row.

    `subject` names the attribute of the row that holds the subject's id (whose data key seals the value).
    Read and write through vault.sealing, never directly.
    """

    def __init__(self, *args: Any, subject: str = "person_id", **kwargs: Any) -> None:
        self.subject = subject
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["subject"] = self.subject
        return name, path, args, kwargs
