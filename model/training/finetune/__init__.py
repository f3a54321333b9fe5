"""``sanacam train finetune``: a small adapter of a model, from pairs or from pictures of a style."""
