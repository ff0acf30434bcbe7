"""Finding packages over HTTP: what the search page does, for programs."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from package_format.manifest import CATEGORIES, FEATURES
from registry_server.api.desk import At
from registry_server.api.models import Hit, Hits, Meant
from registry_server.search.query import MOST_CHARACTERS, Wanted
from registry_server.trees.stored_lists import StoredLists

routes = APIRouter(tags=["packages"])

_ON_A_PAGE = 30
_MOST_ON_A_PAGE = 100
_LAST_PAGE = 100_000


def _one_of(known: tuple[str, ...], value: str | None) -> str | None:
    if value is not None and value not in known:
        raise ValueError(f"it is none of {', '.join(known)}")
    return value


def _category(value: str | None) -> str | None:
    return _one_of(CATEGORIES, value)


def _feature(value: str | None) -> str | None:
    return _one_of(FEATURES, value)


_CATEGORY = Query(description="One of the marketplace's categories.", json_schema_extra={
    "enum": list(CATEGORIES)
})  # fmt: skip
_FEATURE = Query(description="A feature of the account.", json_schema_extra={
    "enum": list(FEATURES)
})  # fmt: skip
_PUBLISHER = Query(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)


@routes.get("/search")
def search(
    desk: At,
    q: Annotated[
        str, Query(max_length=MOST_CHARACTERS, description="Words, or a package's name.")
    ] = "",
    category: Annotated[str | None, AfterValidator(_category), _CATEGORY] = None,
    feature: Annotated[str | None, AfterValidator(_feature), _FEATURE] = None,
    publisher: Annotated[str | None, _PUBLISHER] = None,
    page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
    size: Annotated[
        int, Query(ge=1, le=_MOST_ON_A_PAGE, description="How many packages a page has.")
    ] = _ON_A_PAGE,
) -> Hits:
    """Find packages: by words in what they are called, are about, bring and mention.

    Without words these are all packages, those that are fetched most first.
    """
    found = StoredLists(desk.store.database).found(Wanted(q, category, feature, publisher))
    total = len(found.packages)
    start = (page - 1) * size
    return Hits(
        items=[Hit.of(listed) for listed in found.packages[start : start + size]],
        total=total,
        more=found.more,
        page=page,
        pages=max(1, ceil(total / size)),
        instead=[Meant(word=it.word, words=list(it.words)) for it in found.instead],
    )
