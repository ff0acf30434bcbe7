"""Uses: which senders, endpoints and features a plan says that it begins to use."""

from __future__ import annotations

from cpt.installer.planning.uses import uses
from package_format.kinds.model import Json

MAIL = ("email", {"subject": "Hi", "from": "us@shop.example", "body": "<p>Hi</p>"})
ENDPOINT = ("endpoint", {"title": "Till", "url": "https://till.example/hook"})


def campaign(*actions: Json) -> tuple[str, Json]:
    steps = [{"key": f"s{number}", "action": action} for number, action in enumerate(actions)]
    goals = {"asked": {"when": [{"web-form-submitted": {"form": "#1"}}]}}
    sequences = {"s": {"after": ["asked"], "steps": steps}}
    return "campaign", {"title": "Flow", "goals": goals, "sequences": sequences}


def test_senders_endpoints_and_features_are_said() -> None:
    assert uses((), (MAIL, ENDPOINT, campaign({"add-note": {"note": "#2"}}))) == (
        "Emails are sent from us@shop.example.",
        "Posts about contacts go to https://till.example/hook.",
        "Used of this account: email, http-posts, notes and web-forms.",
    )


def test_what_was_used_before_is_not_said_again() -> None:
    other = ("email", {**MAIL[1], "from": "me@shop.example"})
    flow = campaign({"send-email": {"email": "#2"}})
    assert uses((MAIL, flow), (MAIL, flow)) == ()
    assert uses((MAIL,), (other,)) == ("Emails are sent from me@shop.example.",)


def test_an_endpoint_without_an_address_gets_nothing() -> None:
    assert uses((ENDPOINT,), (("endpoint", {"title": "Till"}),)) == ()
