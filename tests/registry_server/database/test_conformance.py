"""What the records promise, whichever database keeps them."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from package_format.errors import PackageError
from package_format.index import IndexLine, Status, index_text
from package_format.notices import Notices
from registry_server.catalog.workflows import TOLD
from registry_server.database.actions import WORKFLOW, Action
from registry_server.database.database import Database, engine_at, open_database
from registry_server.database.people import Person
from registry_server.database.publishers import Invitation, Standing
from registry_server.database.records import Records
from registry_server.database.schema import OF_PEOPLE

NOW = "2026-11-26T09:00:00Z"
LATER = "2026-12-26T09:00:00Z"
DAY = dt.date(2026, 11, 26)


def line(version: str = "1.0.0", name: str = "acme/tags") -> IndexLine:
    return IndexLine(
        name=name,
        version=version,
        digest=f"sha256:{abs(hash((name, version))):064x}",
        size=1234,
        dependencies={"acme/other": "^1.0"},
        features=("email",),
        summary="Tags for “everybody” — ünïcode too.",
        published=NOW,
    )


def acme(records: Records) -> None:
    records.publishers.claim("acme", Standing.ACTIVE, NOW)


def ann(records: Records) -> Person:
    return records.people.add("ann", operator=False, joined=NOW)


# --- packages -------------------------------------------------------------------------------------


def test_an_index_is_the_lines_as_published_to_the_byte(database: Database) -> None:
    lines = [line("1.0.0"), line("2.0.0"), line("1.0.1")]
    with database.writing() as records:
        acme(records)
        for each in lines:
            records.packages.add(each)
    with database.reading() as records:
        assert records.packages.index("acme/tags") == index_text(lines)
        assert records.packages.lines("acme/tags") == tuple(lines)
        assert database.reads.index("acme/tags") == records.packages.index("acme/tags")
        assert database.reads.package_of(lines[0].digest) == ("acme/tags", None)
        assert records.packages.names() == ("acme/tags",)


def test_what_was_never_published_has_no_index(database: Database) -> None:
    with database.reading() as records:
        assert records.packages.index("acme/tags") is None
        assert records.packages.lines("acme/tags") == ()
        assert records.packages.notices("acme/tags") is None
    assert database.reads.index("acme/tags") is None
    assert database.reads.package_of(line().digest) is None
    assert database.reads.signed("tuf/metadata/1.root.json") is None


def test_no_version_is_there_twice_whatever_its_build(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        records.packages.add(line("1.0.0"))
    with pytest.raises(IntegrityError), database.writing() as records:
        records.packages.add(line("1.0.0+linux"))


def test_yanking_changes_one_word_of_one_line_and_can_be_taken_back(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        for version in ("1.0.0", "2.0.0"):
            records.packages.add(line(version))
        before = records.packages.index("acme/tags")
        records.packages.set_status("acme/tags", "1.0.0", Status.YANKED)
    assert before is not None
    with database.reading() as records:
        changed = records.packages.index("acme/tags")
        assert changed == before.replace('"active"', '"yanked"', 1)
    with database.writing() as records:
        records.packages.set_status("acme/tags", "1.0.0", Status.ACTIVE)
        assert records.packages.index("acme/tags") == before


def test_what_is_not_there_cannot_be_yanked(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        records.packages.add(line("1.0.0"))
    with pytest.raises(PackageError, match="no version 3"), database.writing() as records:
        records.packages.set_status("acme/tags", "3.0.0", Status.YANKED)


def test_a_quarantine_covers_every_line_and_its_end_gives_them_back(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        for version in ("1.0.0", "2.0.0"):
            records.packages.add(line(version))
        records.packages.set_status("acme/tags", "1.0.0", Status.YANKED)
        before = records.packages.index("acme/tags")
        records.packages.set_notices("acme/tags", Notices(quarantined="it phones home"))
    with database.reading() as records:
        assert {x.status for x in records.packages.lines("acme/tags")} == {Status.QUARANTINED}
        assert database.reads.index("acme/tags") == records.packages.index("acme/tags")
    assert database.reads.package_of(line("2.0.0").digest) == ("acme/tags", "it phones home")
    with database.writing() as records:
        records.packages.set_notices("acme/tags", Notices())
        assert records.packages.index("acme/tags") == before


def test_notices_are_what_was_said_last(database: Database) -> None:
    said = Notices("use the other", "acme/other", "for a while")
    with database.writing() as records:
        acme(records)
        records.packages.add(line())
        assert records.packages.notices("acme/tags") == Notices()
        records.packages.set_notices("acme/tags", said)
        assert records.packages.notices("acme/tags") == said
        records.packages.set_notices("acme/tags", replace(said, quarantined=None))
        assert records.packages.notices("acme/tags") == replace(said, quarantined=None)


# --- transactions ---------------------------------------------------------------------------------


def test_a_transaction_left_by_an_error_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as records:
            acme(records)
            records.packages.add(line())
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        fail()
    with database.reading() as records:
        assert records.packages.names() == ()
        assert records.publishers.names() == ()


# --- people, publishers, invitations --------------------------------------------------------------


def test_a_publisher_has_the_owners_that_joined_and_did_not_leave(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        publisher = records.publishers.find("acme")
        assert publisher is not None
        people = [records.people.add(x, operator=False, joined=NOW) for x in ("cy", "ann", "bo")]
        for person, since in zip(people, (NOW, NOW, LATER), strict=True):
            records.publishers.add_owner(publisher, person, since)
        assert records.publishers.owners("acme") == ("ann", "cy", "bo")
        records.publishers.remove_owner(publisher, people[0])
        assert records.publishers.owners("acme") == ("ann", "bo")
        assert records.publishers.owned_by("ann") == ("acme",)
        assert records.publishers.owned_by("cy") == ()


def test_a_name_waits_until_it_is_decided(database: Database) -> None:
    with database.writing() as records:
        person = ann(records)
        waiting = records.publishers.claim("acrne", Standing.WAITING, NOW)
        records.publishers.add_owner(waiting, person, NOW)
        assert records.publishers.names() == ()
        assert records.publishers.names(Standing.WAITING) == ("acrne",)
        assert records.publishers.waiting_of("ann") == 1
        records.publishers.decide("acrne", Standing.ACTIVE)
        assert records.publishers.names() == ("acrne",)
        assert records.publishers.waiting_of("ann") == 0


def test_an_invitation_is_there_once_until_it_is_withdrawn(database: Database) -> None:
    with database.writing() as records:
        acme(records)
        publisher, person = records.publishers.find("acme"), ann(records)
        assert publisher is not None
        records.publishers.invite(publisher, person, "bo", NOW)
        records.publishers.invite(publisher, person, "cy", LATER)
        one = Invitation("acme", "ann", "cy", LATER)
        assert records.publishers.invitations_to("acme") == (one,)
        assert records.publishers.invitations_of("ann") == (one,)
        records.publishers.withdraw(publisher, person)
        assert records.publishers.invitations_of("ann") == ()


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_found_by_its_hash_and_goes_only_with_its_owner(database: Database) -> None:
    with database.writing() as records:
        person = ann(records)
        other = records.people.add("bo", operator=True, joined=NOW)
        made = records.tokens.add(
            person,
            name="ci",
            hash_="a" * 64,
            scopes={"yank", "publish"},
            package="acme/tags",
            made=NOW,
            expires=LATER,
            made_with=7,
        )
        assert made.scopes == ("publish", "yank")
        assert made.made_with == 7
        assert records.tokens.find("a" * 64) == (person, made)
        assert records.tokens.find("b" * 64) is None
        assert records.tokens.of(person) == (made,)
        assert records.tokens.of(other) == ()
        records.tokens.remove(other, [made])
        records.tokens.remove(person, [])
        assert records.tokens.find("a" * 64) == (person, made)
        records.tokens.remove(person, [made])
        assert records.tokens.find("a" * 64) is None


# --- downloads ------------------------------------------------------------------------------------


def test_downloads_add_up_by_day_and_package(database: Database) -> None:
    one, two, other = line("1.0.0"), line("2.0.0"), line(name="acme/other")
    with database.writing() as records:
        acme(records)
        for each in (one, two, other):
            records.packages.add(each)
        records.downloads.add({one.digest: 2, other.digest: 5, "sha256:unknown": 9}, DAY)
        records.downloads.add({one.digest: 1, two.digest: 1}, DAY + dt.timedelta(days=1))
        records.downloads.add({one.digest: 1}, DAY)
        assert records.downloads.of("acme/tags") == 5
        assert records.downloads.of("acme/tags", DAY + dt.timedelta(days=1)) == 2
        assert records.downloads.of("acme/nothing") == 0


# --- the log --------------------------------------------------------------------------------------


def test_the_log_tells_the_latest_first_by_subject_and_in_parts(database: Database) -> None:
    with database.writing() as records:
        for number in range(5):
            subject = "acme/tags" if number % 2 else "acme"
            records.log.add(NOW, "ann", Action.PUBLISHED, subject, version=f"{number}.0.0")
    with database.reading() as records:
        versions = [entry.details["version"] for entry in records.log.entries()]
        assert versions == ["4.0.0", "3.0.0", "2.0.0", "1.0.0", "0.0.0"]
        two = records.log.entries(subject="acme", limit=2)
        assert [entry.details["version"] for entry in two] == ["4.0.0", "2.0.0"]
        rest = records.log.entries(subject="acme", before=two[-1].id)
        assert [entry.details["version"] for entry in rest] == ["0.0.0"]


def test_the_log_says_no_more_of_an_action_than_the_table_of_actions_does(
    database: Database,
) -> None:
    with database.writing() as records, pytest.raises(ValueError, match="does not say why"):
        records.log.add(NOW, "ann", Action.DECLINED, "acme", why="x")
    assert {*WORKFLOW} == {"issuer", *TOLD}


def test_the_words_of_actions_are_those_that_were_written_down() -> None:
    assert max(len(action.word) for action in Action) <= 40, "of so many characters is the column"
    indexed = "'became an owner', 'claimed', 'declined', 'invited', 'removed an owner'"
    assert str(OF_PEOPLE) == f"action IN ({indexed})", "of these migration 9 has made the index"


@pytest.mark.parametrize("statement", ["UPDATE log SET actor = 'nobody'", "DELETE FROM log"])
def test_the_database_itself_keeps_the_log_from_being_rewritten(
    address: str, statement: str
) -> None:
    database = open_database(address)
    with database.writing() as records:
        records.log.add(NOW, "ann", Action.PUBLISHED, "acme/tags")
    engine = engine_at(address)
    with (
        pytest.raises(DBAPIError, match="only appended to"),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))
    engine.dispose()
    with database.reading() as records:
        assert [entry.actor for entry in records.log.entries()] == ["ann"]
    database.close()


def test_the_log_of_a_person_has_what_concerned_them(database: Database) -> None:
    told = [
        ("operator", "welcomed", "cy", {}),
        ("cy", "made a token", "cy", {"token": "1"}),
        ("ann", "claimed", "acme", {"standing": "active"}),
        ("ann", "invited", "acme", {"person": "cy"}),
        ("ann", "invited", "acme", {"person": "cyd"}),
        ("cy", "became an owner", "acme", {}),
        ("cy", "published", "acme/tags", {"version": "1.0.0"}),
        ("ann", "yanked", "acme/tags", {"reason": '"person": "cy"'}),
        ("ann", "removed an owner", "acme", {"person": "cy"}),
        ("cyd", "declined", "acme", {}),
        ("operator", "claimed", "other", {"owner": "cy"}),
    ]
    actions = {each.word: each for each in Action}
    with database.writing() as records:
        for actor, action, subject, details in told:
            records.log.add(NOW, actor, actions[action], subject, **details)
    with database.reading() as records:
        found = records.log.entries(subject="cy")
        assert [(entry.actor, entry.action, entry.subject) for entry in found] == [
            ("operator", "claimed", "other"),
            ("ann", "removed an owner", "acme"),
            ("cy", "became an owner", "acme"),
            ("ann", "invited", "acme"),
            ("cy", "made a token", "cy"),
            ("operator", "welcomed", "cy"),
        ]
        assert records.log.entries(subject="cy", limit=2) == found[:2]
        assert records.log.entries(subject="cy", before=found[1].id, limit=3) == found[2:5]
        assert {entry.subject for entry in records.log.entries(subject="acme")} == {"acme"}
