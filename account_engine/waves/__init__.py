"""Waves: the next turn of a great many contacts, taken together.

There is no second meaning of campaigns. A wave is taken in three movements:

1. *Cohorts.* The contacts of a wave are sorted by what a turn of theirs looks at (`criteria`). All
   who do not differ in that are one cohort, and the interpreter is asked once what it does with a
   model of them (`cohort`).
2. *What is looked at* nobody has to say: the model notes what is asked of it (`probe`). When the
   interpreter has asked for what the contacts were not sorted by yet, they are sorted again.
3. *Outcomes.* What became of the model (`outcome`) becomes of everybody who is like it, by a few
   statements of the store (`account_engine.stores.outcomes`).

Where what happens depends on who it happens to, or where a contact has a past that models do not
have (`docs/adr/0010`), the interpreter takes the contacts one by one.
"""

from account_engine.waves.cohort import Cohort, Standing, Wave
from account_engine.waves.criteria import REACH, SORTS, Criteria
from account_engine.waves.outcome import Outcome, Put
from account_engine.waves.taking import Taker

__all__ = ["REACH", "SORTS", "Cohort", "Criteria", "Outcome", "Put", "Standing", "Taker", "Wave"]
