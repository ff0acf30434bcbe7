"""Trust: what a registry signs, and how it is checked, after The Update Framework (TUF).

The shape of what is signed is `package_format.signed_tree`. `signing` is the operator's side,
`checking` the owner's; only these two import `tuf`, and only where a registry is signed are they
imported. `docs/adr/0016-trust.md` says why it is as it is.
"""
