"""REST v2: the face of accounts as their vendor's own libraries know it, as far as it goes here.

`table` has a row for each operation, by noun; `asking` is what every operation is asked, and
`shapes` what is sent. What an account has no place for is refused by name, never dropped.
"""
