"""What lies between two versions, as a page tells it."""

from dataclasses import replace

import pytest

from package_format.kinds.email import Email
from package_format.kinds.tag import Tag
from package_format.package import Package, Resource
from package_format.placeholders import in_brackets
from package_format.references import Address
from package_format.versions import Bump
from registry_server.catalog import comparison
from registry_server.catalog.comparison import Change, Fate, between, what_breaks
from tests.registry_server.conftest import example


def changes(old: Package, new: Package) -> dict[str, Change]:
    return {f"{one.kind}/{one.key}": one for one in between(old, new).changes}


def test_two_versions_that_are_the_same_have_nothing_between_them(tags: Package) -> None:
    found = between(tags, tags)
    assert (found.demanded, found.said, found.changes) == (Bump.NONE, (), ())


def test_every_resource_that_is_not_the_same_is_told_with_its_fate(
    webinar: tuple[Package, Package],
) -> None:
    found = {address: one.fate for address, one in changes(*webinar).items()}
    assert found == {
        "campaign/follow-up": Fate.CHANGED,
        "task/call": Fate.ADDED,
        "form/call-me": Fate.ADDED,
        "email/next-webinar": Fate.ADDED,
        "email/second-look": Fate.REMOVED,
        "email/starts-tomorrow": Fate.CHANGED,
        "email/tip-frame": Fate.REMOVED,
        "email/tip-light": Fate.REMOVED,
    }


def test_a_message_is_compared_as_one_reads_it(webinar: tuple[Package, Package]) -> None:
    email = changes(*webinar)["email/starts-tomorrow"]
    fields = {field.name: field.rows for field in email.fields}
    assert set(fields) == {"body", "preheader"}
    texts = [
        piece.text
        for row in fields["body"]
        for side in (row.before, row.after)
        for piece in side or ()
    ]
    assert "<p>" not in "".join(texts)


def test_a_message_that_reads_the_same_is_compared_as_it_is_written(tags: Package) -> None:
    def with_body(body: str) -> Package:
        email = Resource("email", "hello", Email.model_validate(EMAIL | {"body": body}))
        return replace(tags, resources={email.address: email})

    found = changes(with_body("<p>Hello</p>"), with_body("<p><b>Hello</b></p>"))
    (field,) = found["email/hello"].fields
    assert field.rows[0].after is not None
    assert "".join(piece.text for piece in field.rows[0].after) == "<p><b>Hello</b></p>"


EMAIL = {"subject": "Hello", "from": "a@example.com", "body": ""}


def test_placeholders_are_told_in_words(webinar: tuple[Package, Package]) -> None:
    about = [said.about for said in between(*webinar).said]
    label = in_brackets("Call {{ contact.first_name }} about [[ parameters.course ]]")
    assert "{{" not in label
    assert f"task template “{label}”" in about


def test_the_weightiest_comes_first_and_what_breaks_is_what_somebody_could_lose(
    webinar: tuple[Package, Package],
) -> None:
    said = between(*webinar).said
    assert [one.bump for one in said] == sorted((one.bump for one in said), reverse=True)
    old, new = example("renewal-reminder/1.1.0"), example("renewal-reminder/2.0.0")
    broken = what_breaks(old, new)
    assert broken == between(old, new).breaking
    assert broken
    assert {one.bump for one in broken} == {Bump.MAJOR}
    assert what_breaks(old, old) == ()


def test_what_a_fix_renames_is_renamed_and_not_another(tags: Package) -> None:
    lead = tags.resources[Address("", "tag", "lead")]
    described = lead.model.model_copy(update={"description": "Somebody new."})
    changed = replace(
        tags, resources={**tags.resources, lead.address: replace(lead, model=described)}
    )
    (only,) = between(tags, changed).changes
    assert (only.fate, only.key) == (Fate.CHANGED, "lead")
    assert [field.name for field in only.fields] == ["description"]


def test_of_very_much_text_is_said_that_it_differs_and_not_how(
    tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "_TEXTS_LIMIT", 100)
    tag = Resource("tag", "long", Tag(name="Long", description="a " * 90))
    other = replace(tag, model=Tag(name="Long", description="b " * 90))
    one, two = (replace(tags, resources={tag.address: t}) for t in (tag, other))
    (only,) = between(one, two).changes
    assert only.fate is Fate.CHANGED
    assert only.fields == ()
