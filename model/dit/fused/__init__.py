"""The streaming forward at the card's speed: packed weights, few kernels, no copies between layouts, CUDA graphs."""
