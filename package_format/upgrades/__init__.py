"""Upgrades: what becomes of addresses, and of contacts who stand at them, in a newer version.

`entries` is ``upgrades.yaml``: what was moved, removed, added or changed (`entry_data` as it is
written). `answers` says of every place of an old flow where its contacts go in the new one (M2); it
asks `destinations` where the entries take somebody, and `staying` on what terms (`terms`) those go
on who stay (M4, M5). `lineage` says what nodes and steps are called there, so that they keep their
ids (M1). Which version a change demands is said in `package_format.compatibility`; what becomes of
an account, in `account_engine.upgrading`.
"""
