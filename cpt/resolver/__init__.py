"""Resolving: which version of each package fits all that was asked for, and why none does."""
