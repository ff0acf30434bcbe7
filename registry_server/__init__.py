"""The marketplace: where packages are published, found and browsed.

What may be published, by whom and under which name; the tree of files that clients read; search;
and the pages people look at. What was published once never changes. It stands on `package_format`
alone: it has never heard of an account, nor of the tools that install into one.
"""
