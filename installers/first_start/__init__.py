"""What start.py does: makes `.venv` once, then starts the program in it. Standard library only."""
