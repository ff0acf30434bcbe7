"""A server says on its pages, and to whoever watches it, that what it signs will end."""

import datetime as dt

from cpt.registries.directory import DirectoryRegistry
from cpt.registries.trust.signing import Signer
from cpt.registries.verifying import Verification
from registry_server.trees.folder_lists import FolderLists
from registry_server.trees.folder_tree import FolderTree
from registry_server.trees.inspection import Inspection
from tests.cpt.registries.conftest import published
from tests.cpt.registries.trust.conftest import Signed, signed, signed_once
from tests.registry_server.conftest import Asked

__all__ = ["published", "signed", "signed_once"]


def test_before_it_ends_whoever_runs_the_registry_is_told(signed: Signed) -> None:
    now = dt.datetime.now(dt.UTC)
    tree = FolderTree(signed.tree)

    def faults(days: float) -> list[str]:
        at = now + dt.timedelta(days=days)
        return [x.what for x in Inspection(tree, FolderLists(tree), lambda: at).condition().faults]

    assert faults(4) == []
    (state,) = faults(6)
    assert state.startswith("What is signed of the index ends on")
    root, over = faults(340)
    assert "Root 1" in root
    assert "nobody takes anything from here any more" in over

    ask = Asked(signed.tree)
    assert "soon" not in ask("/readyz").json()
    Signer(signed.tree, now - dt.timedelta(days=6)).sign(signed.online)
    told = ask("/readyz")
    assert (told.status_code, told.json()["ok"]) == (200, True)
    assert told.json()["soon"][0].startswith("What is signed of the index ends on")
    assert "What is signed of the index ends on" in ask("/status").text
    proof = Verification(DirectoryRegistry(signed.tree)).run()
    assert proof.problems == []
    assert "cpt registry sign" in proof.soon[0]
