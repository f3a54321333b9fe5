"""Models by name or folder."""

from sanacam.model.zoo.bundle import EMBEDDED, ModelBundle, bundle_folder, load_bundle, save_bundle
from sanacam.model.zoo.config import BundleConfig

__all__ = ["EMBEDDED", "BundleConfig", "ModelBundle", "bundle_folder", "load_bundle", "save_bundle"]
