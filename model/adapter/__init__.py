"""Adapters: small additions to a model's weights that give it one more look, put on and taken off at run time."""
