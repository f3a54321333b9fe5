"""Video autoencoders: causal, streaming, one state object a stream."""

from sanacam.model.vae.mini import MiniVAE, MiniVAEConfig, MiniVAEState

__all__ = ["MiniVAE", "MiniVAEConfig", "MiniVAEState"]
