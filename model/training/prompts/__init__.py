"""What people type for each edit: vocabulary, generated training wordings, held-out and inverse wordings, and the
encoded bank."""

from __future__ import annotations

from sanacam.model.training.prompts.inverse import inverse_prompts
from sanacam.model.training.prompts.taxonomy import EditWords, Prompt
from sanacam.model.training.prompts.wordings import edit_names, held_out_prompts, training_prompts

__all__ = ["EditWords", "Prompt", "edit_names", "held_out_prompts", "inverse_prompts", "training_prompts"]
