"""The LTX-2 video VAE as a stream: 32×32×8 pixels a latent, the first frame on its own."""

from sanacam.model.vae.ltx2.config import Ltx2Config
from sanacam.model.vae.ltx2.network import Ltx2Network, load_ltx2, ltx2_network
from sanacam.model.vae.ltx2.vae import DECODERS, ENCODERS, Ltx2VAE, Ltx2VAEState, load_ltx2_vae

__all__ = [
    "DECODERS",
    "ENCODERS",
    "Ltx2Config",
    "Ltx2Network",
    "Ltx2VAE",
    "Ltx2VAEState",
    "load_ltx2",
    "load_ltx2_vae",
    "ltx2_network",
]
