"""Landing pages: front matter and then the body in HTML."""

from __future__ import annotations

from typing import Annotated

from package_format.kinds.model import Model, PageBody, RefTo, Text


class Page(Model):
    """A page on the web with, perhaps, a form on it.

    Attributes:
        title: What stands in the browser's bar; a page is recognised in an account by its title.
        form: The web form on it; sending it in from here submits the landing page.
        body: The HTML that stands below the front matter.
    """

    title: Text
    form: Annotated[str, RefTo("form")] | None = None
    body: PageBody
