"""The picture of a campaign: where everything stands, and how it is drawn.

From a flow to an image in three strides, each a pure function of the one before:

1. `words` and `cards` (`glyphs` for a terminal) say what each node shows and how big it is.
2. `arrange` places the nodes and routes the arrows between them. It knows boxes and points, no
   campaign: `ranks`, `rows`, `layers`, `placement`, `tracks` and `routes` are its stages.
3. `svg` and `terminal` draw.

`layout` joins the first two; `album` puts several of its pictures on one page.

Nothing here reads a file, measures a font or asks the time, so one
campaign has one picture, and a small change to it is a small change to the picture.
"""

from package_format.picture.album import album
from package_format.picture.cards import Layout
from package_format.picture.layout import layout
from package_format.picture.marks import Mark
from package_format.picture.svg import draw_svg
from package_format.picture.terminal import draw_terminal

__all__ = ["Layout", "Mark", "album", "draw_svg", "draw_terminal", "layout"]
