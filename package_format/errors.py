"""Errors about packages: what is raised when a package, an archive or an index cannot be used.

Each is for the user to act on and says what is wrong in one sentence. An author's mistakes in a
working folder are not here: they are collected as `package_format.diagnostics`, never raised.
"""

from __future__ import annotations


class PackageError(Exception):
    """A package cannot be used; the message is one sentence for the person who gave it."""


class ArchiveError(PackageError):
    """An archive is not one, or may not be read."""


class DigestMismatchError(ArchiveError):
    """An archive is not the one that was promised."""


class FolderNotEmptyError(PackageError):
    """A package would be written over something else."""


class InvalidIndexError(PackageError, ValueError):
    """A line of a registry's index cannot be read."""


class InvalidSignatureError(PackageError, ValueError):
    """What is handed in as signatures of a version cannot be read."""


class UnreadableFileError(PackageError):
    """A file of a registry's tree cannot be read, or must not be."""


class VersionTakenError(PackageError):
    """A version is already published, with another content."""
