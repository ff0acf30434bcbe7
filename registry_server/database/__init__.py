"""The database: who published what, who may, and everything that ever happened. An edge.

`schema` has the tables, `migrations` makes them, `database` opens them; `records` and the modules
beside it have the verbs, by noun, each inside a transaction. All SQL of the server is here, but
for that of the index (`registry_server.search`), and hardly any of it knows whether SQLite or
PostgreSQL is asked.
"""
