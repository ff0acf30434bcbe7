"""The table of the native API: every operation, in the order of the document."""

from __future__ import annotations

from account_engine.server.api.campaigns import CAMPAIGNS
from account_engine.server.api.changes import CHANGES
from account_engine.server.api.contacts import CONTACTS
from account_engine.server.api.events import EVENTS
from account_engine.server.api.outbox import OUTBOX
from account_engine.server.api.planning import PLANNING
from account_engine.server.api.rehearsals import REHEARSALS
from account_engine.server.api.resources import RESOURCES
from account_engine.server.api.worklists import WORKLISTS
from account_engine.server.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *OUTBOX,
    *WORKLISTS,
    *CONTACTS,
    *EVENTS,
    *CAMPAIGNS,
    *RESOURCES,
    *CHANGES,
    *PLANNING,
    *REHEARSALS,
)
