"""Running an author's stories in virtual time."""
