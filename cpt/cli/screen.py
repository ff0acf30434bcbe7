"""The screen: rich's console, on which nothing of what is printed is hidden."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from cpt.cli.output import plain


class Screen(Console):
    """A console that makes every text plain before it is laid out; see `cpt.cli.output.plain`."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Lay out something to be printed; all that it is made of passes here."""
        return super().render(_plain(renderable), options)


def _plain(renderable: RenderableType) -> RenderableType:
    if isinstance(renderable, str):
        return plain(renderable)
    if isinstance(renderable, Text):
        seen = plain(renderable.plain)
        if seen != renderable.plain:
            renderable = renderable.copy()
            renderable.plain = seen
    return renderable
