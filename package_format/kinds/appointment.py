"""Appointment types: what a contact can book."""

from __future__ import annotations

from package_format.campaign.timers import Duration
from package_format.kinds.model import Model, Text


class AppointmentType(Model):
    """A sort of appointment that contacts book.

    Attributes:
        title: What people see; it is recognised in an account by its title.
        length: How long it takes.
        location: Where it takes place.
        description: What it is for.
    """

    title: Text
    length: Duration | None = None
    location: Text | None = None
    description: Text | None = None
