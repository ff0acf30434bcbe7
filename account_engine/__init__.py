"""What an account is.

Contacts, the events that happen to them, the campaigns they travel, and the migration of their
positions from one version of a campaign to the next. The interpreter and the migration are pure:
time, identifiers and states come in, new states and effects come out. What is kept on disk is kept
by `stores`, and what leaves the house leaves it through named edges. It stands on
`package_format`, and knows nothing of registries, resolving or installing.
"""
