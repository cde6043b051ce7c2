"""Behind the wall (P-4): this app lives in a database of its own, and nothing here may point at the register."""

from django.db import models


class Wall(models.Model):
    """A single row that says which database this is, so that a wrong connection is found before it is used."""

    name = models.CharField(max_length=16, unique=True, default="census")
