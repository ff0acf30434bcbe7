"""An account at an address: the port over the native API of `cpt account serve`.

`account` is the whole of it; what it can do is in `resources`, `campaigns`, `people`, `life` and
`outbox`. `line` sends and receives, and is the one module that knows HTTP; `wire` has the models of
what is received.
"""
