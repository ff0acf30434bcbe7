"""Upgrading: contacts carried from one version of a campaign to the next (M0-M10)."""
