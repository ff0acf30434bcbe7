"""The story itself: write, publish, install, run, upgrade, roll back."""

from __future__ import annotations

import shutil
from pathlib import Path

from cpt.demo.narrator import Narrator

SCHOOL = "examples/accounts/harbour-photo-school"
OLD = "examples/webinar-follow-up/1.0.0"
NEW = "examples/webinar-follow-up/2.0.0"
GIVEN = '--set sender=hello@harbour.example --set company="Harbour Photo School"'


def tell(narrator: Narrator, folder: Path) -> None:
    """Tell the story, from the author's folder to the owner's rollback."""
    _publish(narrator)
    _have_a_life(narrator)
    _install(narrator)
    _travel(narrator)
    _edit(narrator)
    _write_the_next_version(narrator, folder)
    _upgrade(narrator)
    _look_back(narrator)
    _draw(narrator)


def _publish(narrator: Narrator) -> None:
    narrator.chapter("An author publishes two packages")
    narrator.say(
        "Acme writes campaigns for others. One package brings the tags that all of its packages "
        "share; the other one reminds people of a webinar and follows up with those who came."
    )
    narrator.run("check examples/lifecycle-tags")
    narrator.run("publish examples/lifecycle-tags")
    narrator.run(f"check {OLD}")
    narrator.run(f"test {OLD}")
    narrator.run(f"show {OLD}")
    narrator.run(f"publish {OLD}")


def _have_a_life(narrator: Narrator) -> None:
    narrator.chapter("A photo school has an account that already has a life")
    narrator.say(
        "320 contacts, a tag and a field with the same names as two that the packages bring, and a "
        "campaign of the owner's own that listens for that tag."
    )
    narrator.run(
        'account create school.account --name "Harbour Photo School" --zone Europe/Oslo '
        f"--starts 2026-03-02T09:00 --from {SCHOOL}"
    )


def _install(narrator: Narrator) -> None:
    narrator.chapter("The owner installs, and sees first what will happen")
    narrator.run("search webinar")
    narrator.run(f"install acme/webinar-follow-up {GIVEN} --yes")


def _travel(narrator: Narrator) -> None:
    narrator.chapter("Contacts travel")
    narrator.say(
        "Sixty people register for the webinar of 12 March; time passes until the day after."
    )
    narrator.run(f"account event @{SCHOOL}/registered-march.csv submit registration")
    narrator.run("account tick --to 2026-03-13T12:00")
    narrator.say(
        "Thirty-six of them came. The tag ends the reminders, and a decision splits the way."
    )
    narrator.run(f"account event @{SCHOOL}/attended.txt tag attended")
    narrator.run("account tick --to 2026-03-17T12:00")
    narrator.say(
        "Seven buy: the checkout calls the API goal, and nobody offers them anything again."
    )
    narrator.run(f"account event @{SCHOOL}/bought.txt call checkout course-bought")
    narrator.run("account tick --to 2026-03-26T10:00")
    narrator.say(
        "Some watch the recording after all, and others register for the webinar in April."
    )
    narrator.run(f"account event @{SCHOOL}/watched-recording.txt tag attended")
    narrator.run(f"account event @{SCHOOL}/registered-april.csv submit registration")
    narrator.run("account tick --to 2026-03-30T12:00")
    narrator.run("account outbox --summary")
    narrator.run("account campaign follow-up")


def _edit(narrator: Narrator) -> None:
    narrator.chapter("The owner finds better words")
    narrator.run(
        "account edit email/starts-tomorrow --replace "
        '"tomorrow is the day." "tomorrow is the day, and we are really looking forward to it."'
    )
    narrator.run("status", ends=1)


def _write_the_next_version(narrator: Narrator, folder: Path) -> None:
    narrator.chapter("The author writes version 2.0.0")
    narrator.say(
        "A step gets another name, another one goes, a timer gets shorter, an email says more, a "
        "goal is new, and a whole sequence is dropped while people are in it. The first draft "
        "forgets to say what becomes of them."
    )
    draft = folder / "draft"
    shutil.copytree(folder / NEW, draft)
    entries = (draft / "upgrades.yaml").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in entries if "removed:" not in line]
    (draft / "upgrades.yaml").write_text("".join(kept), "utf-8")
    narrator.run(f"diff {OLD} draft")
    narrator.say(
        "With an entry that sends them on, nobody is left behind, and MINOR would do. The author "
        "calls it 2.0.0 all the same: more than is demanded is always allowed."
    )
    narrator.run(f"diff {OLD} {NEW}")
    narrator.run(f"test {NEW}")
    narrator.run(f"publish {NEW}")


def _upgrade(narrator: Narrator) -> None:
    narrator.chapter("The owner upgrades, and everybody who is half-way through comes along")
    narrator.run("upgrade acme/webinar-follow-up@^2 --yes")
    narrator.run("account campaign follow-up")
    narrator.say("Time passes. The April group is reminded in the owner's words and the author's.")
    narrator.run("account tick --to 2026-04-30T12:00")
    narrator.run("account outbox --summary")
    narrator.run("account outbox --to rolf.moen@example.com")


def _look_back(narrator: Narrator) -> None:
    narrator.chapter("Looking back, and going back")
    narrator.run("status")
    narrator.run("history")
    narrator.run("rollback --contacts finish-on-old --yes")
    narrator.run("history")


def _draw(narrator: Narrator) -> None:
    narrator.chapter("Both versions, drawn")
    narrator.run(f"show {OLD} --out follow-up-1.0.0.svg")
    narrator.run(f"show {NEW} --out follow-up-2.0.0.svg")
