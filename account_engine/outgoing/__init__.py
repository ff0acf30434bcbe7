"""What goes out of an account: what may go, what it says at that moment, what came of it."""
