"""What a package is.

The manifest, the resources it brings, the flow of its campaigns, its versions, the checks it must
pass, the comparison of two versions, and the archive it travels in. Everybody who reads or writes
packages stands on this room, so it knows no account, no registry and no network. Reading a working
folder is an edge and has a module of its own, `folder`; everything else takes values and returns
values.
"""
