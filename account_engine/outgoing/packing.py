"""Packing: what goes out is put together right before it does (C11, C13).

What is the account's own (its fields, links, settings) is read once for a round of parcels; what is
the contact's is read for each, at that moment.
"""

from __future__ import annotations

from dataclasses import replace

from account_engine.effects import EffectKind
from account_engine.lookup import contacts_of, titled
from account_engine.outgoing import tracking
from account_engine.outgoing.deliveries import Courier, Delivery, Withheld
from account_engine.outgoing.parcels import Parcel, key_of
from account_engine.outgoing.rendering import UNSUBSCRIBE_URL, Renderer
from account_engine.outgoing.unsubscribing import token
from account_engine.stores.port import Store
from account_engine.stores.records import RecordedEffect

GONE = "the contact is gone"
"""Why something is withheld whose contact was deleted meanwhile."""


class Packer:
    """Makes parcels for one courier of an account."""

    def __init__(self, store: Store, courier: Courier) -> None:
        """Read what all parcels have in common."""
        self._store = store
        with store.reading():
            settings = {row.courier: row.settings for row in store.couriers()}.get(courier, {})
            dispatch = store.dispatch()
            self._account = store.identity().id
            self._key = dispatch.key if dispatch else ""
            self._renderer = Renderer.of(store)
            pages = settings if self._key else {}
            self._opt_out = str(pages.get("unsubscribe") or "").rstrip("/")
            self._follow = str(pages.get("links") or "").rstrip("/")
            self._links = (
                {str(one.data["url"]): one.id for one in store.objects_of("link")}
                if self._follow
                else {}
            )

    def parcel(self, delivery: Delivery) -> Parcel | Withheld:
        """Return what is to go, with the contact's values and their consent of this moment."""
        with self._store.reading():
            recorded = self._store.effect(delivery.effect)
            return self.packed(delivery, recorded) if recorded else Withheld(GONE)

    def packed(self, delivery: Delivery, recorded: RecordedEffect) -> Parcel | Withheld:
        """Likewise, of an effect that was read within `Store.reading`."""
        who = recorded.effect.identity
        contact = contacts_of(self._store, {who.contact}).get(who.contact)
        if contact is None:
            return Withheld(GONE)
        url = ""
        if self._opt_out:
            url = f"{self._opt_out}/{token(who.contact, self._account, self._key)}"
        renderer = self._renderer.leading_to(url or UNSUBSCRIBE_URL)
        message = renderer.render(recorded, contact, titled(self._store, who.campaign))
        if message.withheld:
            return Withheld(message.withheld)
        message = replace(message, body=self._tracked(recorded, message.body))
        key = key_of(message, self._account)
        return Parcel(delivery, key, message, recorded.text, unsubscribe_url=url)

    def _tracked(self, recorded: RecordedEffect, body: str) -> str:
        """Let the tracked links of an email lead by the account, if there is a page for them."""
        if not self._links or recorded.effect.kind is not EffectKind.EMAIL:
            return body
        who = recorded.effect.identity.contact

        def address(link: int) -> str:
            tracked = tracking.Tracked(who, link, recorded.number)
            return f"{self._follow}/{tracking.token(tracked, self._account, self._key)}"

        return tracking.with_links(body, self._links, address)
