"""The owner's pages, by noun; each takes a request and gives a page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from account_engine.account import Account
from account_engine.clock import Clock
from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope
from account_engine.picturing import drawn
from account_engine.server.desks import Access, Desks
from account_engine.server.flood import Limit, sender_of
from account_engine.server.pages import views
from account_engine.server.pages.sessions import LASTS, Sessions
from account_engine.server.pages.tallies import Tallies
from account_engine.server.problems import ProblemError
from account_engine.server.tokens import random_text
from account_engine.server.web import rendering
from account_engine.server.web.sending import demand_own, form_of
from package_format.kinds.model import Json
from package_format.picture.theme import Theme

Installed: TypeAlias = tuple[tuple[str, str, str, int], ...]
Installations: TypeAlias = Callable[[Json | None], Installed]
"""Says what a record says is installed: package, version, range asked for, number of resources."""

COOKIE = "account"
_LOGINS, _ONE_MORE_LOGIN = 20, 6.0
_NARROW, _WIDE = 400.0, 1400.0
_DIGITS = 18
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_SVG = "image/svg+xml"

_Page: TypeAlias = Callable[[Account, Request], Response]


class Pages:
    """The pages of one account's owner."""

    def __init__(
        self,
        desks: Desks,
        clock: Clock,
        sessions: Sessions,
        installations: Installations,
        *,
        secure: bool,
        proxied: bool,
    ) -> None:
        """Take what the pages need.

        Args:
            desks: Where the account is asked.
            clock: What knows the time.
            sessions: Who is in.
            installations: What reads the account's record.
            secure: Whether people reach the server by https alone.
            proxied: Whether something of the owner's stands in front of it.
        """
        self._desks, self._clock, self._sessions = desks, clock, sessions
        self._installations = installations
        self._secure, self._proxied = secure, proxied
        self._tallies = Tallies()
        self._logins = Limit(_LOGINS, _ONE_MORE_LOGIN)

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        return [
            Route("/", self._for_owner(self.campaigns)),
            Route("/campaigns/{number}.svg", self._for_owner(self.picture)),
            Route("/campaigns/{number}", self._for_owner(self.campaign)),
            Route("/contacts", self._for_owner(_contacts)),
            Route("/contacts/{number}", self._for_owner(_contact)),
            Route("/outbox", self._for_owner(_outbox)),
            Route("/outbox/{number}", self._for_owner(_message)),
            Route("/installations", self._for_owner(self.installations)),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/logout", self.logout, methods=["POST"]),
            Route("/style.css", self.style),
            Route("/icon.svg", self.icon),
        ]

    # --- coming in

    def _for_owner(self, page: _Page) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            good, key = self._sessions.key_of(request.cookies.get(COOKIE, ""), self._clock.now())
            if not good:
                return RedirectResponse("/login", HTTPStatus.SEE_OTHER)

            def work(account: Account) -> Response:
                if key is not None and not _is_good(account, key):
                    return RedirectResponse("/login", HTTPStatus.SEE_OTHER)
                return page(account, request)

            return await self._desks.do(Access.READ, work)

        return endpoint

    async def login(self, request: Request) -> Response:
        """Ask for a key, or for the link to be confirmed; let in whoever has one."""
        if request.method == "GET":
            token = request.query_params.get("token", "")[:200]
            return rendering.page("login.html", token=token, fault="")
        demand_own(request)
        self._logins.demand(
            sender_of(request, proxied=self._proxied), "Too many have tried to log in from here."
        )
        form = await form_of(request)
        now = self._clock.now()
        if "token" in form:
            if self._sessions.use_link(form["token"], now):
                return self._let_in(None)
            return _refused("This link has been used, or is too old: log in with a key.")
        token = form.get("key", "").strip()
        key = await self._desks.do(Access.ADMIT, lambda account: account.key_of(token))
        if key is None:
            return _refused("There is no such key, or it has been revoked.")
        if Scope.READ not in key.scopes:
            return _refused("This key may not read, which is what the pages are for.")
        return self._let_in(key.id)

    def _let_in(self, key: str | None) -> Response:
        token = random_text()
        self._sessions.open(token, key, self._clock.now())
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=LASTS,
            httponly=True,
            samesite="lax",
            secure=self._secure,
            path="/",
        )
        return answer

    async def logout(self, request: Request) -> Response:
        """Let nobody in by this browser any more."""
        demand_own(request)
        self._sessions.close(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    # --- pages that know more than the account

    def campaigns(self, account: Account, request: Request) -> Response:
        """Show every campaign as a picture, with how many contacts stand where."""
        del request
        shown = []
        for one in account.objects_of("campaign"):
            flow = account.flow(one.id)
            shown.append(
                {
                    "id": one.id,
                    "title": one.label,
                    "published": flow.published,
                    "contacts": self._tallies.count_in(account, one.id),
                }
            )
        return rendering.page(
            "campaigns.html",
            info=account.info,
            here="/",
            campaigns=shown,
            taken_out=views.taken_out(self._tallies.retired(account)),
            contacts=self._tallies.contacts(account),
            messages=self._tallies.messages(account),
        )

    def campaign(self, account: Account, request: Request) -> Response:
        """Show a campaign as a picture, and where contacts stand in it."""
        number = _known_campaign(account, request)
        flow, places = account.flow(number), self._tallies.occupancy(account, number)
        return rendering.page(
            "campaign.html",
            info=account.info,
            here="/",
            id=number,
            title=flow.flow.campaign.title,
            version=flow.version,
            published=flow.published,
            total=self._tallies.count_in(account, number),
            places=views.occupancies(account, flow, places),
        )

    def picture(self, account: Account, request: Request) -> Response:
        """Draw a campaign, with how many contacts stand where."""
        number = _known_campaign(account, request)
        narrow, dark = "narrow" in request.query_params, "dark" in request.query_params
        svg = drawn(
            account,
            number,
            self._tallies.occupancy(account, number),
            theme=Theme.DARK if dark else Theme.LIGHT,
            width=_NARROW if narrow else _WIDE,
        )
        return Response(svg, media_type=_SVG, headers={"Cache-Control": "no-store"})

    def installations(self, account: Account, request: Request) -> Response:
        """Show what is installed, and the account's history, newest first."""
        del request
        return rendering.page(
            "installations.html",
            info=account.info,
            here="/installations",
            installed=self._installations(account.record()),
            revisions=tuple(reversed(account.revisions())),
        )

    # --- what every page needs

    async def style(self, request: Request) -> Response:
        """Give out the style sheet; its address changes when it does."""
        del request
        return Response(rendering.stylesheet()[0], media_type="text/css", headers=_FOR_EVER)

    async def icon(self, request: Request) -> Response:
        """Give out the icon."""
        del request
        return Response(rendering.icon(), media_type=_SVG, headers=_FOR_A_DAY)


def _refused(fault: str) -> Response:
    return rendering.page("login.html", HTTPStatus.UNAUTHORIZED, token="", fault=fault)


def _is_good(account: Account, key: str) -> bool:
    return any(one.id == key and one.revoked is None for one in account.api_keys())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


def _nothing() -> ProblemError:
    title = {"title": "There is no such page"}
    detail = "Nothing has this address. It may have been mistyped, or what it was is gone."
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail, more=title)


def _known_campaign(account: Account, request: Request) -> int:
    number = _number(request.path_params["number"])
    stored = account.object(number) if number else None
    if stored is None or stored.kind != "campaign":
        raise _nothing()
    return number


def _contacts(account: Account, request: Request) -> Response:
    email = request.query_params.get("email", "").strip()[:300]
    after = _number(request.query_params.get("after", "0"))
    if email:
        found = account.find_contacts(email=email)[: views.ON_A_PAGE]
    else:
        found = account.contacts(after=after, limit=views.ON_A_PAGE + 1)
    shown = found[: views.ON_A_PAGE]
    return rendering.page(
        "contacts.html",
        info=account.info,
        here="/contacts",
        email=email,
        after=after,
        contacts=views.rows(account, shown),
        following=shown[-1].id if len(found) > len(shown) else 0,
    )


def _contact(account: Account, request: Request) -> Response:
    try:
        contact = account.contact(_number(request.path_params["number"]))
    except UnknownObjectError:
        raise _nothing() from None
    if str(contact.id) != request.path_params["number"]:  # merged into another one
        return RedirectResponse(f"/contacts/{contact.id}", HTTPStatus.SEE_OTHER)
    before = _number(request.query_params.get("before", ""))
    shown, earlier = account.timeline_before(contact.id, before or None, limit=views.LINES)
    return rendering.page(
        "contact.html",
        info=account.info,
        here="/contacts",
        number=contact.id,
        name=views.name_of(contact),
        tags=views.rows(account, [contact])[0].tags,
        refused=sorted(contact.refused),
        fields=views.fields(account, contact),
        positions=views.standings(account, account.positions(contact.id)),
        days=list(views.days(shown, views.labels_in(account, shown))),
        before=before,
        earlier=earlier or 0,
        words=views.WORDS,
    )


def _outbox(account: Account, request: Request) -> Response:
    last = account.last_message()
    before = _number(request.query_params.get("before", "0")) or last + 1
    start = max(before - 1 - views.ON_A_PAGE, 0)
    found = [
        one for one in account.outbox(after=start, limit=views.ON_A_PAGE) if one.number < before
    ]
    deliveries = account.deliveries([one.number for one in found])
    return rendering.page(
        "outbox.html",
        info=account.info,
        here="/outbox",
        messages=[
            (one, views.state_of(one, deliveries.get(one.number))) for one in reversed(found)
        ],
        newer=before <= last,
        older=start + 1 if start else 0,
    )


def _message(account: Account, request: Request) -> Response:
    found = account.message(_number(request.path_params["number"]))
    if found is None:
        raise _nothing()
    delivery = account.deliveries([found.number]).get(found.number)
    return rendering.page(
        "message.html",
        info=account.info,
        here="/outbox",
        one=found,
        state=views.state_of(found, delivery),
        detail=views.detail_of(found, delivery),
        is_html=views.is_html(found),
    )
