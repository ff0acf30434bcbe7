"""Tags and their categories, as REST v2 has them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from account_engine.account import Account
from account_engine.category import Category
from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope
from account_engine.objects import StoredObject, normalised
from account_engine.server.desks import Access
from account_engine.server.operations import Shape
from account_engine.server.rest_v2.asking import (
    Call,
    Route,
    bad,
    known,
    listed,
    missing,
    page,
    whole,
)
from package_format.kinds.model import Json

Name = Annotated[str, Field(min_length=1, max_length=500)]
Ids = Annotated[list[str], Field(max_length=1000)]


class CategoryRef(Shape):
    """A category, named by its id."""

    id: str


class TagSent(Shape):
    """A tag to be made or changed."""

    name: Name | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    category: CategoryRef | None = None


class CategorySent(Shape):
    """A category to be made or changed."""

    name: Name | None = None
    description: Annotated[str, Field(max_length=500)] | None = None


class ContactsSent(Shape):
    """Contacts, named by their ids."""

    contact_ids: Ids


def _shape(account: Account) -> dict[str, str]:
    return {normalised(one.name): str(one.id) for one in account.categories()}


def tag_shape(stored: StoredObject, categories: dict[str, str]) -> Json:
    """Return a tag as REST v2 has it."""
    category = categories.get(normalised(str(stored.data.get("category", ""))))
    return {
        "id": str(stored.id),
        "name": stored.data["name"],
        "description": stored.data.get("description", ""),
        **({"category": {"id": category}} if category else {}),
    }


def list_tags(account: Account, call: Call) -> tuple[int, Json]:
    """List tags."""
    categories = _shape(account)
    shapes = [tag_shape(one, categories) for one in account.objects_of("tag")]
    filters = {
        "name": lambda one: one["name"],
        "description": lambda one: one["description"],
        "category_id": lambda one: int(one.get("category", {}).get("id", 0)) or "",
        "tag_ids": lambda one: int(one["id"]),
    }
    found = listed(call, shapes, filters, {"name": lambda one: normalised(one["name"])})
    return 200, page(call, "tags", found, lambda one: one)


def read_tag(account: Account, call: Call) -> tuple[int, Json]:
    """Return a tag."""
    return 200, tag_shape(known(account, call, "tag_id", "tag", "tag"), _shape(account))


def create_tag(account: Account, call: Call) -> tuple[int, Json]:
    """Make a tag."""
    sent = call.read(TagSent)
    if sent.name is None:
        raise bad("A tag has a name.")
    with account.together():
        if account.namesakes("tag", sent.name):
            raise bad(f"There is a tag {sent.name!r} already.")
        made = account.create_object("tag", _data(account, sent, {}))
    return 201, tag_shape(made, _shape(account))


def update_tag(account: Account, call: Call) -> tuple[int, Json]:
    """Change a tag."""
    sent = call.read(TagSent)
    mask = call.several("update_mask")
    if mask:
        kept = {name: getattr(sent, name) for name in TagSent.model_fields if name in mask}
        sent = TagSent(**kept)
    with account.together():
        stored = known(account, call, "tag_id", "tag", "tag")
        if sent.name is not None and set(account.namesakes("tag", sent.name)) - {stored.id}:
            raise bad(f"There is a tag {sent.name!r} already.")
        changed = account.edit(stored.id, _data(account, sent, stored.data))
    return 200, tag_shape(changed, _shape(account))


def _data(account: Account, sent: TagSent, before: Json) -> Json:
    data = dict(before)
    if sent.name is not None:
        data["name"] = sent.name
    if sent.description is not None:
        data.pop("description", None)
        data |= {"description": sent.description} if sent.description else {}
    if sent.category is not None:
        data["category"] = known_category(account, sent.category.id).name
    return data


def delete_tag(account: Account, call: Call) -> tuple[int, Json]:
    """Delete a tag that nobody carries and nothing refers to."""
    account.delete_object(known(account, call, "tag_id", "tag", "tag").id)
    return 204, None


def apply_tags(account: Account, call: Call) -> tuple[int, Json]:
    """Put a tag on contacts; says of each what became of it."""
    tag = known(account, call, "tag_id", "tag", "tag")
    results = {}
    for text in call.read(ContactsSent).contact_ids:
        try:
            who = account.contact(whole(text) or 0)
            had = tag.reference in who.tags
            account.apply_tag(who.id, tag.id)
        except UnknownObjectError:
            results[text] = "CONTACT_DOES_NOT_EXIST"
        else:
            results[text] = "DUPLICATE" if had else "SUCCESS"
    return 200, {"results": results}


def remove_tags(account: Account, call: Call) -> tuple[int, Json]:
    """Take a tag off contacts; those who are not there have none."""
    tag = known(account, call, "tag_id", "tag", "tag")
    for text in call.read(ContactsSent).contact_ids:
        try:
            account.remove_tag(whole(text) or 0, tag.id)
        except UnknownObjectError:
            continue
    return 204, None


# --- categories


def known_category(account: Account, text: str) -> Category:
    """Return the category with an id.

    Raises:
        ProblemError: There is none.
    """
    number = whole(text)
    for one in account.categories():
        if one.id == number:
            return one
    raise missing("category", text)


def _category_shape(one: Category) -> Json:
    return {"id": str(one.id), "name": one.name, "description": one.description}


def list_categories(account: Account, call: Call) -> tuple[int, Json]:
    """List the categories of tags."""
    filters = {"name": lambda one: one.name, "description": lambda one: one.description}
    orders = {"name": lambda one: normalised(one.name)}
    found = listed(call, account.categories(), filters, orders)
    return 200, page(call, "tag_categories", found, _category_shape)


def read_category(account: Account, call: Call) -> tuple[int, Json]:
    """Return a category."""
    return 200, _category_shape(known_category(account, call.path["tag_category_id"]))


def create_category(account: Account, call: Call) -> tuple[int, Json]:
    """Make a category."""
    sent = call.read(CategorySent)
    if sent.name is None:
        raise bad("A category has a name.")
    made = account.put_category(Category(0, sent.name, sent.description or ""))
    return 201, _category_shape(made)


def update_category(account: Account, call: Call) -> tuple[int, Json]:
    """Change a category, and with its name what its tags have."""
    sent = call.read(CategorySent)
    before = known_category(account, call.path["tag_category_id"])
    name = before.name if sent.name is None else sent.name
    description = before.description if sent.description is None else sent.description
    return 200, _category_shape(account.put_category(Category(before.id, name, description)))


def delete_category(account: Account, call: Call) -> tuple[int, Json]:
    """Delete a category; its tags stay."""
    account.delete_category(known_category(account, call.path["tag_category_id"]))
    return 204, None


_CATEGORY = "/tags/categories/{tag_category_id}"
_TAG = "/tags/{tag_id}"
TAGS = (
    Route("GET", "/tags/categories", Scope.READ, list_categories),
    Route("POST", "/tags/categories", Scope.RESOURCES, create_category, Access.WRITE),
    Route("GET", _CATEGORY, Scope.READ, read_category),
    Route("PATCH", _CATEGORY, Scope.RESOURCES, update_category, Access.WRITE),
    Route("DELETE", _CATEGORY, Scope.RESOURCES, delete_category, Access.WRITE),
    Route("GET", "/tags", Scope.READ, list_tags),
    Route("POST", "/tags", Scope.RESOURCES, create_tag, Access.WRITE),
    Route("GET", _TAG, Scope.READ, read_tag),
    Route("PATCH", _TAG, Scope.RESOURCES, update_tag, Access.WRITE),
    Route("DELETE", _TAG, Scope.RESOURCES, delete_tag, Access.WRITE),
    Route("POST", f"{_TAG}/contacts:applyTags", Scope.CONTACTS, apply_tags, Access.WRITE),
    Route("POST", f"{_TAG}/contacts:removeTags", Scope.CONTACTS, remove_tags, Access.WRITE),
)
