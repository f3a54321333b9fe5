"""Training of the embedded model: teacher edits, data, losses, stages."""
