"""The interpreter of campaigns: one turn of one contact (C1-C13).

This is the specification of the engine: small, pure, obviously right. `turn` takes a contact's
state and one stimulus, and returns the state after it, the effects to be carried out, and the story
of what happened. The rules' numbers are those of the campaign language.

Theory of operation
-------------------

*The state.* Where a contact stands is a set of open positions, at most one for each node of each
version of a campaign. A position is

    RUNNING   in a sequence, at a step whose wait is going on (or held: no date, no due time)
    QUEUED    at the end of a node whose arrows lead to goals alone, until a goal moves them
    JOINING   at a join that waits for its other ways (or absorbs what is left of them: `joins`)

and everything else, finished, stopped, passed, is remembered only as numbers: how often a node was
entered, and in which entry a step's action was passed.

*The agenda.* A stimulus puts its first item on a first-in-first-out agenda, and the turn lasts
until the agenda is empty and no join passes. An item is one of

    Happening   goals hear an event: first all of them end what leads to them, then all of them put
                the nodes behind them on the agenda (C2, C3)                           `hearing`
    Arrival     a sequence is entered and runs to its next wait or its end; a decision chooses its
                ways; a join notes who has come                      `running`, `deciding`, `joins`
    Reckoning   a field timer's date has changed, and its wait is computed again (C9)  `running`

A run puts what it causes on the agenda: the events of its steps, in order, and then, if it reached
the sequence's end, its arrivals at the next nodes. When the agenda is empty the joins settle: all
that may pass, do, and their arrivals are the next items (C8).

*Why it ends.* Each node of each flow is entered at most once in a turn; what would enter it again
is refused, and the story says so (C5). A run only moves forward in its sequence. So the steps that
run in a turn, the events they cause and the reckonings those cause are all finite.

*Why it is the same every time.* Flows are taken in their order, nodes by key, positions by flow and
node, ways as they are written; nothing is read but the arguments.
"""

from account_engine.interpreter.turns import Turn, next_due, turn

__all__ = ["Turn", "next_due", "turn"]
