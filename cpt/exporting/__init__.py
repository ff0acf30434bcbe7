"""Exporting: a package made of what somebody built in an account, as functions of values."""
