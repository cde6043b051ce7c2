"""Progress of long work, readable while the work holds the register."""

from django.db import models


class Progress(models.Model):
    """How far a job is. Lives in the log database. `job_id` is the id of what is worked on (an import batch)."""

    job_id = models.UUIDField(primary_key=True)
    stage = models.CharField(max_length=32)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
