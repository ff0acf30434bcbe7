"""Upkeep: what whoever runs a registry does with it, on the machine that has it.

Nothing here is reached over HTTP: the verbs of `registry_server.cli` call it, and a server that
starts. What a running server tells its operator is `registry_server.operations`.
"""
