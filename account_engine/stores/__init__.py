"""Where accounts are kept: a port, and one module for each database behind it."""
