"""The network and what surrounds it: DiT, VAEs, text, sampler, stream state, training, evaluation."""
