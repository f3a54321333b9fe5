"""What this machine has, what will be used, what is missing and how to get it."""
