"""Trust: what a registry signs, and how it is checked, after The Update Framework (TUF).

The shape of what is signed is `package_format.signed_tree`, and the next signed state is made by
`package_format.signed_state`, here and by a registry's server. `signing` is the side of whoever
runs a registry that is a folder, `checking` the owner's. `tuf` is imported only where a registry is
signed. `docs/adr/0016-trust.md` says why it is as it is.
"""
