"""``python -m cpt`` is ``cpt``."""

from __future__ import annotations

from cpt.cli.app import main

main()
