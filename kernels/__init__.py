"""Single tensor operations; a plain reference stands beside every fast path."""
