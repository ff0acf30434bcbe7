"""The database: who published what, who may, and everything that ever happened. An edge.

`schema` has the tables, `migrations` makes them, `database` opens them; `records` and the modules
beside it have the verbs, by noun, each inside a transaction. All SQL of the server is here, and
none of it knows whether SQLite or PostgreSQL is asked.
"""
