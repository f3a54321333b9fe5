"""The tiny video autoencoder for LTX-2 latents: previews at a hundredth of the cost."""

from sanacam.model.vae.tiny.config import TinyConfig
from sanacam.model.vae.tiny.network import TinyNetwork, load_tiny, tiny_network

__all__ = ["TinyConfig", "TinyNetwork", "load_tiny", "tiny_network"]
