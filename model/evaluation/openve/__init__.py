"""OpenVE-Bench (arXiv 2512.07826): instructions for given clips, edited here and scored by a judge of one's choice."""
