"""Pictures as pixels."""

from __future__ import annotations

import struct

from cpt.authoring.rasterising import SCALE, png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{0}" height="{0}">'
    '<rect width="{0}" height="{0}" fill="#ffffff"/>{1}</svg>'
)


def size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    found: tuple[int, int] = struct.unpack(">II", data[16:24])
    return found


def test_a_picture_is_drawn_at_twice_its_size() -> None:
    assert size(png(SVG.format(30, ""))) == (30 * SCALE, 30 * SCALE)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert png(SVG.format(30, "")) == png(SVG.format(30, ""))


def test_letters_are_drawn_with_the_font_that_comes_along() -> None:
    text = '<text x="2" y="20" font-family="Inter" font-size="14">Añ</text>'
    assert len(png(SVG.format(30, text))) > len(png(SVG.format(30, "")))


def test_titles_are_drawn_in_the_heavier_weight_that_comes_along() -> None:
    text = '<text x="2" y="20" font-family="Inter" font-size="14" font-weight="{0}">An</text>'
    plain, heavy = (png(SVG.format(30, text.format(weight))) for weight in (400, 600))
    assert plain != heavy


def test_a_huge_picture_is_drawn_smaller() -> None:
    assert (
        max(size(png(SVG.format(20_000, "").replace('height="20000">', 'height="10">', 1))))
        <= 16_000
    )
