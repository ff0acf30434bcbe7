"""Search: what packages are found by, what somebody's words ask for, and the index that answers.

`words` says what a word is, for packages and for those who look for them alike; `document` what is
kept of a package, `query` what is asked, `spelling` what may have been meant. `port` is an index of
documents, which `fts5` and `tsvector` keep inside the registry's own database, so that it changes
in the transaction that changes the packages. `searching` puts them together.
"""
