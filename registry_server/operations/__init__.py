"""What whoever runs a server lives by: health, metrics, the log, and room for everybody.

None of it knows what a package is.
"""
