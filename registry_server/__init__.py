"""The marketplace: where packages are published, found and browsed.

What may be published, by whom and under which name; the tree of files that clients read; search;
and the pages people look at. What was published once never changes. It stands on `package_format`
alone: it has never heard of an account, nor of the tools that install into one.

    catalog/       what packages are and do, and the rules of publishing and owning
    trees/         the tree and the lists that are read, whether a folder or a store has them
    database/      what a store keeps in rows, blobs/ what it keeps in files
    search/        which packages some words mean
    auth/          who asks, and what they may
    api/, web/     what is answered over HTTP: to programs, and to people
    operations/    what a running server lives by: health, metrics, the log, room for everybody
    cli/, upkeep/  what its operator does: the verbs, and what they do

`app.py` puts the application together, and `serving.py` serves it.
"""
