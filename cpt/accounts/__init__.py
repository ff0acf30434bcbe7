"""Accounts as the toolkit sees them: the port, and one module per way to reach one."""
