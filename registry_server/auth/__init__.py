"""Who asks, and what they may: tokens, and what each of them is good for."""
