"""The native API: the rows of the table of operations, by noun, and what they take and give."""
