"""Registries: where packages are published and found; the port, and what stands behind it."""
