"""The first story: told from beginning to end, and looked at afterwards."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from account_engine.account import Account

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("story")]

CHECKOUT = Path(__file__).parents[3]
CAMPAIGN = "Webinar follow-up"


@dataclass(frozen=True)
class Told:
    """The story's folder and what was printed."""

    folder: Path
    output: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("story")
    done = subprocess.run(
        [sys.executable, "-m", "cpt.demo", "--folder", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return Told(folder, done.stdout)


def people(story: Told, *files: str) -> set[str]:
    school = story.folder / "examples/accounts/harbour-photo-school"
    return {
        address
        for file in files
        for address in re.findall(r"[\w.]+@[\w.]+", (school / file).read_text("utf-8"))
    }


def test_the_demo_works_with_what_the_readme_shows(story: Told) -> None:
    printed = "\n".join(line.rstrip() for line in story.output.splitlines())
    shown = re.findall(
        r"```\n(\$ cpt .*?)\n```", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert len(shown) == 2
    for block in shown:
        assert block in printed


def test_nobody_gets_the_same_message_twice(story: Told) -> None:
    with Account.open(story.folder / "school.account") as account:
        sent = Counter((message.contact, message.resource) for message in account.outbox())
    assert len(sent) > 300
    assert {key: count for key, count in sent.items() if count > 1} == {}


def test_nobody_is_lost_on_the_way(story: Told) -> None:
    with Account.open(story.folder / "school.account") as account:
        (campaign,) = (c for c in account.objects_of("campaign") if c.label == CAMPAIGN)
        standing = {
            contact.values["email"]
            for contact in account.contacts()
            if any(p.campaign == campaign.id for p in account.positions(contact.id))
        }
    registered = people(story, "registered-march.csv", "registered-april.csv")
    assert standing == registered - people(story, "bought.txt")


def test_the_owners_words_and_the_authors_reach_those_reminded_after_the_upgrade(
    story: Told,
) -> None:
    april = people(story, "registered-april.csv")
    with Account.open(story.folder / "school.account") as account:
        reminders = [m for m in account.outbox() if m.subject == "Tomorrow we start"]
    later = [message for message in reminders if message.to in april]
    assert len(later) == len(april)
    for message in later:
        assert "we are really looking forward to it" in message.body
        assert "There is a worksheet this time" in message.body
    earlier = [message for message in reminders if message.to not in april]
    assert earlier
    assert all("looking forward" not in message.body for message in earlier)


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_the_pictures_in_the_docs_are_those_that_the_demo_draws(story: Told, version: str) -> None:
    drawn = (story.folder / f"follow-up-{version}.svg").read_text("utf-8")
    ET.fromstring(drawn)  # noqa: S314  we drew it ourselves
    kept = CHECKOUT / f"docs/pictures/webinar-follow-up-{version}.svg"
    assert drawn == kept.read_text("utf-8")
