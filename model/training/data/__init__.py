"""Training data: fetched from public packages, carried as AVIF and WebP, sampled on the training device."""

from sanacam.model.training.data.bank import Source, SourceBank
from sanacam.model.training.data.sampler import ClipSampler, camera_noise

__all__ = ["ClipSampler", "Source", "SourceBank", "camera_noise"]
