"""Pages for contacts, by noun: a form, a landing page, a tracked link, opting out."""

from __future__ import annotations

import logging
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from account_engine.account import Account
from account_engine.errors import AccountError
from account_engine.events import Event
from account_engine.objects import StoredObject, number_of
from account_engine.server.desks import Access, Desks
from account_engine.server.flood import Limit, sender_of
from account_engine.server.problems import ProblemError
from account_engine.server.public.fields import Asked, asked, values
from account_engine.server.web import rendering
from account_engine.server.web.sending import form_of
from package_format.kinds.form import Form
from package_format.kinds.page import Page

_LOG = logging.getLogger("account_engine.server")
_DIGITS = 18

FROM_ONE, ONE_MORE_FROM_ONE = 30, 2.0
"""How many forms one address may send together, and after how many seconds one more."""

OF_ONE_FORM, ONE_MORE_OF_FORM = 500, 0.1
"""How many of one form are taken in together, and after how many seconds one more."""

CLICKS, ONE_MORE_CLICK = 10, 60.0
"""How many clicks of one contact on one link are noted, likewise; the link leads on regardless."""


class Public:
    """What the contacts of one account meet."""

    def __init__(self, desks: Desks, *, proxied: bool) -> None:
        """Take the desks where the account is asked.

        Args:
            desks: Where the account is asked.
            proxied: Whether something of the owner's stands in front of the server.
        """
        self._desks, self._proxied = desks, proxied
        self._by_one = Limit(FROM_ONE, ONE_MORE_FROM_ONE)
        self._of_form = Limit(OF_ONE_FORM, ONE_MORE_OF_FORM)
        self._clicks = Limit(CLICKS, ONE_MORE_CLICK)

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        return [
            Route("/forms/{number}", self.form, methods=["GET", "POST"]),
            Route("/pages/{number}", self.form, methods=["GET", "POST"]),
            Route("/l/{token}", self.link, methods=["GET"]),
            Route("/unsubscribe/{token}", self.unsubscribe, methods=["GET", "POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show a form, by itself or on a landing page; take it in.

        Who has sent it is led to a page that says so: to load that one again sends nothing again.
        """
        kind = "page" if request.url.path.startswith("/pages/") else "form"
        text = request.path_params["number"]
        given = None
        if request.method == "POST":
            sender = sender_of(request, proxied=self._proxied)
            self._by_one.demand(sender, "Too many forms were sent from here; this one was not.")
            given = await form_of(request)

        def work(account: Account) -> Response:
            stored = _known(account, kind, text)
            landing = Page.model_validate(stored.data) if kind == "page" else None
            form = _form_of(account, stored, landing)
            fields = [] if form is None else list(asked(account, form, given))
            sound = given is not None and form is not None and not any(one.fault for one in fields)
            if sound:
                self._of_form.demand(stored.reference, "Too many send this form at this moment.")
                event = Event(
                    "landing-page-submitted" if kind == "page" else "web-form-submitted",
                    {kind: stored.reference},
                )
                _take_in(account, fields, event)
                return RedirectResponse(f"{request.url.path}?sent", HTTPStatus.SEE_OTHER)
            return rendering.page(
                "form.html",
                HTTPStatus.OK if given is None else HTTPStatus.UNPROCESSABLE_ENTITY,
                account=account.info.name,
                landing=landing,
                form=form,
                fields=fields,
                sent="sent" in request.query_params and form is not None,
            )

        return await self._desks.do(Access.READ if given is None else Access.WRITE, work)

    async def link(self, request: Request) -> Response:
        """Lead where a tracked link leads, and note that it was followed."""

        def work(account: Account) -> str:
            found = account.followed(request.path_params["token"])
            if found is None:
                raise _nothing("This link leads nowhere", "It may have been cut off in an email.")
            contact, link, event = found
            counts = request.method == "GET" and not self._clicks.wait(f"{contact} {link.id}")
            if event is not None and counts:
                try:
                    account.receive(contact, event)
                except AccountError as error:  # whoever follows a link wants to get there
                    _LOG.warning("a click was not noted: %s", error)
            return str(link.data["url"])

        url = await self._desks.do(Access.RECEIVE, work)
        await self._desks.heard(0)
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return RedirectResponse(url, HTTPStatus.FOUND, headers=headers)

    async def unsubscribe(self, request: Request) -> Response:
        """Ask whether somebody wants no more emails, and do it when they say so.

        A mail program says it in one request (RFC 8058), a person by the button; opening the page
        does nothing, since programs open links to look at them.
        """
        token = request.path_params["token"]
        done = request.method == "POST"

        def work(account: Account) -> Response:
            contact = account.unsubscribe(token) if done else account.opts_out(token)
            if contact is None:
                raise _nothing("This link opts nobody out", "It may have been cut off in an email.")
            return rendering.page("unsubscribe.html", account=account.info.name, done=done)

        return await self._desks.do(Access.WRITE if done else Access.READ, work)


def _nothing(title: str, detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail, more={"title": title})


def _known(account: Account, kind: str, text: str) -> StoredObject:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0
    found = account.object(number) if number else None
    if found is None or found.kind != kind:
        raise _nothing("There is no such page", "It may have been mistyped, or taken down.")
    return found


def _form_of(account: Account, stored: StoredObject, landing: Page | None) -> Form | None:
    """Return the form itself, or the one on a landing page, if it has one."""
    if landing is None:
        return Form.model_validate(stored.data)
    number = number_of(landing.form or "")
    found = account.object(number) if number else None
    return None if found is None else Form.model_validate(found.data)


def _take_in(account: Account, fields: list[Asked], event: Event) -> None:
    """Let whoever sent a form have what they answered, and its event; all of it or nothing.

    Somebody new becomes a contact. Whether somebody was known, the page does not tell.
    """
    answers = values(fields)
    email = answers.get("email")
    with account.at_once():
        known = account.find_contacts(email=str(email)) if email else ()
        if known:
            who = known[0].id
            for field, value in answers.items():
                account.set_value(who, field, value)
        else:
            who = account.add_contact(answers).id
        account.submit(who, event)
