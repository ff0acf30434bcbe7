"""Blobs: where archives are kept, each under its digest, once and unchanged."""
