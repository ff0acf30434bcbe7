"""What an account remembers of its packages, and what is read of it for a plan."""
