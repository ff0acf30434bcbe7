"""Views: what can be asked of an account without changing it.

Each module has a part of `account_engine.account.Account` and the values that it returns: the
`account` itself, its `objects`, `campaigns`, `contacts` and `messages`.
"""
