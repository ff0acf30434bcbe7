"""Trees: what a registry holds, as pages, programs and clients read it, whoever keeps it.

There are two ports, and two who keep what they show: a folder of files, which somebody else writes,
and a store, which is a database and blobs.

    tree.py            the port: the files of a tree, and each package
    folder_tree.py     ... of a folder
    stored_tree.py     ... of a store
    lists.py           the port: what is asked of all packages together
    folder_lists.py    ... of a folder
    stored_lists.py    ... of a store

`inspection.py` looks through both ports whether all of it can be had.
"""
