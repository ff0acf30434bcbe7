"""Describing what is in a store already, where an older server kept less of it. An edge."""

from __future__ import annotations

import logging

from registry_server.catalog.description import describe
from registry_server.errors import DamagedTreeError
from registry_server.store import Store
from registry_server.trees.stored_tree import StoredTree

_log = logging.getLogger(__name__)

_AT_ONCE = 100
_TIDYING = "search"


def bring_up_to_date(store: Store) -> int:
    """Describe every version of which nothing is kept for lists and search, or in an older form.

    And make the index anew where it is not all there (a backup does not have it), and as quick as
    it can be, which takes some seconds where there is very much.

    Returns:
        int: How many there were.
    """
    tree = StoredTree(store, "")
    done, after = 0, 0
    while True:
        with store.database.reading() as records:
            undescribed = records.listings.undescribed(_AT_ONCE, after=after)
        if not undescribed:
            break
        for number, line in undescribed.items():
            after = number
            try:
                description = describe(tree.package_of(line))
            except DamagedTreeError as error:
                _log.error("%s", error)
                continue
            with store.database.writing(line.name.partition("/")[0]) as records:
                records.listings.describe(number, line, description)
            done += 1
    with store.database.writing(_TIDYING) as records:
        if not records.listings.is_indexed():
            records.listings.index_anew()
        records.index.tidy()
    return done
