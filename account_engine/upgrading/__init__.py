"""Upgrading: contacts migrate from one version of a campaign to the next (M0-M10).

`migration` is what it means, for one contact and purely, with `contact_migration` for where each of
their positions is put down, and `travelled` for what it is told and tells. `flow_migration` takes
everybody who stands in a flow through it, and `place_migration` all of a place at once, where they
go the same way. `lineage` says which nodes and steps of a new flow are old ones.
"""
