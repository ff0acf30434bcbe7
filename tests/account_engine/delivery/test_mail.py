"""Mail that really goes to a mail server, and all that one can say to it."""

from __future__ import annotations

import logging
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from account_engine.delivery.mail import Mail
from account_engine.delivery.settings import MailSettings, Security
from account_engine.outgoing.deliveries import Courier, DeliveryState
from account_engine.outgoing.parcels import Parcel
from package_format.contact_fields import Channel
from tests.account_engine.delivery.conftest import UNSUBSCRIBE, next_delivery
from tests.receivers import free_port

if TYPE_CHECKING:
    from tests.account_engine.delivery.conftest import Deliver
    from tests.receivers import Sink

MINUTE, DAY = 60, 86_400


def test_an_email_goes_in_two_parts_with_a_link_to_opt_out_in_one_click(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    ada = world.shop.registered()
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    ((sender, to, content),) = sink.mail
    assert (sender, to) == ("bounces@shop.example", "ada@example.com")
    message = message_from_bytes(content, policy=default)
    assert (message["Subject"], message["From"]) == ("Welcome", "shop@example.com")
    text, html = message.iter_parts()
    assert text.get_content().strip() == "Hello Ada"
    assert "<p>Hello Ada</p>" in html.get_content()
    link = message["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{UNSUBSCRIBE}/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert world.shop.account.unsubscribe(link) == ada.id
    assert world.shop.account.contact(ada.id).opted_out
    events = [line.why for line in world.shop.account.timeline(ada.id) if line.what == "event"]
    assert "opted out email" in events


def test_nothing_is_sent_unless_the_owner_has_switched_it_on(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering()
    world.shop.registered()
    world.rounds.deliver()
    assert (sink.mail, world.states()) == ([], {})


def test_what_was_recorded_before_goes_only_as_a_backlog(delivering: Deliver, sink: Sink) -> None:
    shop = delivering().shop
    shop.registered()
    world = delivering(sink)
    assert not world.rounds.deliver()
    settings = shop.account.couriers()[Courier.MAIL].settings
    shop.account.switch_on(Courier.MAIL, settings, world.witness, backlog=True)
    world.rounds.deliver()
    assert [to for _, to, _ in sink.mail] == ["ada@example.com"]


def test_what_is_switched_off_carries_nothing_and_forgets_nothing(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    account = world.shop.account
    world.shop.registered("Ada")
    account.take_up(Courier.MAIL, world.clock.now())
    account.switch_off(Courier.MAIL)
    assert next_delivery(account) is None
    world.shop.registered("Bo")
    account.switch_on(Courier.MAIL, account.couriers()[Courier.MAIL].settings, world.witness)
    world.rounds.deliver()
    assert [to for _, to, _ in sink.mail] == ["ada@example.com"]


def test_consent_and_values_are_those_of_the_moment_of_delivery(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    ada, bo = world.shop.registered("Ada"), world.shop.registered("Bo")
    world.shop.account.set_value(ada.id, "first_name", "Augusta")
    world.shop.account.opt_out(bo.id, Channel.EMAIL)
    world.rounds.deliver()
    ((_, to, content),) = sink.mail
    assert to == "ada@example.com"
    assert b"Hello Augusta" in content
    assert world.states() == {"delivered": 1, "withheld": 1}
    last = world.shop.account.timeline(bo.id)[-1]
    assert (last.what, last.node) == ("withheld", "remind.confirm")
    assert "opted out of email (C13)" in last.why


def test_a_no_for_good_is_a_bounce_and_an_event(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    shop = world.shop
    tag = shop.account.create_object("tag", {"name": "Bounced"})
    shop.account.create_object(
        "campaign",
        {
            "title": "Clean up",
            "goals": {"back": {"when": [{"email-bounced": {"email": f"#{shop.welcome}"}}]}},
            "sequences": {
                "mark": {
                    "after": ["back"],
                    "steps": [{"key": "t", "action": {"apply-tag": {"tag": tag.reference}}}],
                }
            },
        },
    )
    sink.recipients["ada@example.com"] = "550 5.1.1 no such mailbox"
    ada = shop.registered()
    world.rounds.deliver()
    assert (world.states(), world.details()) == ({"failed": 1}, ["550 5.1.1 no such mailbox"])
    assert tag.reference in shop.account.contact(ada.id).tags
    assert not world.rounds.deliver()


def test_a_no_for_now_is_tried_again_later_and_later_and_given_up_in_the_end(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    sink.recipients["ada@example.com"] = "450 4.2.1 mailbox busy"
    world.shop.registered("Ada")
    world.shop.registered("Bo")
    world.rounds.deliver()
    assert [to for _, to, _ in sink.mail] == ["bo@example.com"]
    waits = []
    while (due := next_delivery(world.shop.account)) is not None:
        waits.append(due - world.clock.now())
        world.clock.move(waits[-1])
        world.rounds.deliver()
    assert waits[:4] == [60, 120, 240, 480]
    assert max(waits) == 6 * 3_600
    assert 3 * DAY < sum(waits) <= 4 * DAY
    failed = world.shop.account.deliveries_in(DeliveryState.FAILED, limit=9)
    assert [one.detail for one in failed] == [
        f"given up after {len(waits) + 1} attempts: 450 4.2.1 mailbox busy"
    ]
    del sink.recipients["ada@example.com"]
    world.shop.account.retry([failed[0].effect], world.clock.now())
    world.rounds.deliver()
    assert [to for _, to, _ in sink.mail][-1] == "ada@example.com"


def test_content_that_is_refused_is_refused(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    sink.contents["ada@example.com"] = "554 5.7.1 looks like spam"
    world.shop.registered()
    world.rounds.deliver()
    assert (world.states(), world.details()) == ({"failed": 1}, ["554 5.7.1 looks like spam"])


def test_a_server_that_dies_in_the_middle_gets_the_same_email_again(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    sink.dies = 1
    world.shop.registered("Ada")
    world.shop.registered("Bo")
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert (sink.mail, world.states()) == ([], {"pending": 2})
    world.pass_time(MINUTE)
    world.rounds.deliver()
    ids = {message_from_bytes(content)["Message-ID"] for _, _, content in sink.mail}
    assert (len(sink.mail), len(ids), world.states()) == (2, 2, {"delivered": 2})


def test_an_email_keeps_its_id_however_often_it_is_sent(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    world.shop.registered()
    account, now = world.shop.account, world.clock.now()
    account.take_up(Courier.MAIL, now)
    for _ in range(2):  # a process dies between sending and marking: nobody settles
        (claimed,) = account.claim(Courier.MAIL, now, now + 60, 9, world.witness)
        parcel = account.packer(Courier.MAIL).parcel(claimed)
        assert isinstance(parcel, Parcel)
        with world.rounds.couriers[Courier.MAIL].round() as carry:
            carry(parcel, now)
        world.clock.move(60)
        now = world.clock.now()
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    ids = [message_from_bytes(content)["Message-ID"] for _, _, content in sink.mail]
    assert len(ids) == 3
    assert len(set(ids)) == 1


def test_nobody_there_keeps_everything_until_somebody_is(
    delivering: Deliver, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world = delivering(sink)
    port, sink.port = sink.port, free_port()
    away = delivering(sink)
    for name in ("Ada", "Bo", "Cy"):
        world.shop.registered(name)
    assert away.rounds.deliver() == {DeliveryState.PENDING: 1}  # the others are not even tried
    said = [getattr(record, "said", {}) for record in caplog.records]
    assert "cannot be talked to" in str(said[-1]["why"])
    assert (said[-1]["courier"], said[-1]["attempt"], said[-1]["again_in"]) == ("mail", 1, 60)
    assert away.states() == {"pending": 3}
    sink.port = port
    world.pass_time(MINUTE)
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 3}


@pytest.mark.parametrize(
    ("security", "user", "said"),
    [
        (Security.STARTTLS, None, "offers no STARTTLS"),
        (Security.NONE, "shop", "set CPT_SECRET_MAIL_PASSWORD"),
        (Security.TLS, None, "cannot be talked to"),
    ],
)
def test_mail_does_not_go_where_it_is_not_safe_or_not_let_in(
    delivering: Deliver, sink: Sink, security: Security, user: str | None, said: str
) -> None:
    world = delivering(sink)
    settings = MailSettings(
        host="127.0.0.1", port=sink.port, security=security, user=user, unsubscribe=UNSUBSCRIBE
    )
    rounds = replace(
        world.rounds, couriers={Courier.MAIL: Mail(settings, world.secrets.get, timeout=5)}
    )
    world.shop.registered()
    assert rounds.deliver() == {DeliveryState.PENDING: 1}
    assert said in world.details()[0]
    assert sink.mail == []


def test_mail_that_comes_back_later_is_a_bounce_once(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    ada = world.shop.registered()
    world.rounds.deliver()
    (message,) = world.shop.account.outbox()
    assert world.shop.account.bounced(message.number, "mailbox full", world.clock.now())
    assert not world.shop.account.bounced(message.number, "mailbox full", world.clock.now())
    assert world.details() == ["came back: mailbox full"]
    told = [line for line in world.shop.account.timeline(ada.id) if line.what == "event"]
    assert sum(line.why.startswith("email bounced") for line in told) == 1


def test_a_server_that_is_closing_down_keeps_everything_waiting(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    sink.recipients["ada@example.com"] = "421 4.3.2 closing down"
    for name in ("Ada", "Bo"):
        world.shop.registered(name)
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert (world.states(), sink.mail) == ({"pending": 2}, [])
    assert world.details()[0] == "421 4.3.2 closing down"


def test_a_sender_who_is_refused_blames_no_contact(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    sink.senders["bounces@shop.example"] = "550 we do not know you"
    ada = world.shop.registered()
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert not any("bounced" in line.why for line in world.shop.account.timeline(ada.id))


def test_an_email_that_cannot_be_written_is_withheld_and_stops_nobody(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    ada = world.shop.registered("Ada")
    world.shop.registered("Bo")
    world.shop.account.set_value(ada.id, "email", f"ada@{'æø' * 31}.example")
    assert world.rounds.deliver() == {DeliveryState.WITHHELD: 1, DeliveryState.DELIVERED: 1}
    assert "is not the name of a mail domain" in world.details()[0]


def test_an_address_in_letters_that_mail_servers_cannot_read_is_withheld(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    ada = world.shop.registered("Ada")
    world.shop.account.set_value(ada.id, "email", "ådå@example.com")
    assert world.rounds.deliver() == {DeliveryState.WITHHELD: 1}
    assert "mail servers cannot read" in world.details()[0]
