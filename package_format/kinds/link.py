"""Tracked links: addresses in messages; an account notices who follows them."""

from __future__ import annotations

from package_format.kinds.model import Model, Text, Url


class Link(Model):
    """A link whose clicks are events.

    A message has it in it when an address in its body is this one; the account then tells who
    followed it.

    Attributes:
        title: What people call it; a link is recognised in an account by its title.
        url: Where it leads.
    """

    title: Text
    url: Url
