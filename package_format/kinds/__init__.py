"""The kinds of resource: one module per kind or family of kinds, and a table of them."""
