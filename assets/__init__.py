"""Data files shipped with Sanacam: the embedded model, presets, thumbnails, icons, the sample clip."""
