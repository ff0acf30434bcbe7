"""What programs read: the tree's files as they are, and problems as problem+json."""
