"""Does each part of the training earn its place? Variants of a model that differ in one thing, measured alike."""
