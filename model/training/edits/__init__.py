"""Teacher edits: deterministic picture edits, as batched tensor operations; the training targets.

Every texture comes from the source, repeats with a period that divides 16 (mostly 8), counted from pixel (0, 0), or
is drawn from noise that the model sees too; there is no other randomness, no state between frames and no statistic
over the whole picture, so an edited crop equals the crop of the edited picture. Half-strength edits are a linear blend
with the source, done by the caller.
"""

from __future__ import annotations

from sanacam.model.training.edits.registry import EDITS, Edit, apply_edit

__all__ = ["EDITS", "Edit", "apply_edit"]
