"""Data keys of subjects. To destroy a row is to erase every sealed value of that subject (AC-7)."""

from django.db import models


class SubjectKey(models.Model):
    """One data key, wrapped by the current wrapping key.

    `wrapped` is nonce (12 bytes) + AES-256-GCM ciphertext of the 32-byte key + tag (16), bound to the subject.
    """

    subject_id = models.UUIDField(primary_key=True)
    wrap_key = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField(max_length=60)
