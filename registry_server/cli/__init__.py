"""The verbs of ``cpt registry`` that need the server.

The distribution contributes them to `cpt` through the entry point group ``cpt.registry``, which
names the group in `registry_server.cli.app`. `cpt` loads all of these modules to list its verbs, so
nothing but click is imported here before one is called.
"""
