"""Shapes are read from the models."""

from __future__ import annotations

from typing import Annotated

from cpt.installer.merging.shape import Fields, Keyed, Prose, Whole, Worded, shape_of
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import TagApplied
from package_format.kinds.model import Block, Model


class Letter(Model):
    """A model with an optional text that merges by block."""

    words: Annotated[str, Block()] | None = None
    number: int | str = 0


def test_a_text_marked_as_a_block_is_prose_even_where_it_is_optional() -> None:
    shape = shape_of(Letter)
    assert isinstance(shape, Fields)
    assert shape.of("words") == Prose()
    assert shape.of("number") == Whole()
    assert shape.of("unknown") == Whole()


def test_steps_are_keyed_and_actions_stand_under_their_words() -> None:
    shape = shape_of(Campaign)
    assert isinstance(shape, Fields)
    sequences = shape.of("sequences")
    assert isinstance(sequences, Fields)
    sequence = sequences.of("any key")
    assert isinstance(sequence, Fields)
    steps = sequence.of("steps")
    assert isinstance(steps, Keyed)
    assert isinstance(steps.item, Fields)
    assert isinstance(steps.item.of("action"), Worded)
    assert steps.item.of("if") == Whole()


def test_a_trigger_alone_stands_under_its_word() -> None:
    shape = shape_of(TagApplied)
    assert isinstance(shape, Worded)
    assert list(shape.words) == ["tag-applied"]
