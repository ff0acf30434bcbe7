"""What a new version means for those who installed the old one: one rule a file, and a table."""
