"""The toolkit that authors and account owners run.

It finds and resolves packages, compares what an account holds with what a package wants, makes that
difference a plan, and carries the plan out; and it puts all of it on the command line. It reaches
accounts and registries through ports of its own, and a registry or a remote account over HTTP only.
It stands on `account_engine` and `package_format`.
"""

__version__ = "0.1.0"
"""The distribution's version, also in pyproject.toml; asking the metadata for it costs 30 ms."""
