"""Models by name or folder. Loading one needs torch; the registry and the store do not, so the names below are
imported when first asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanacam.model.zoo.bundle import EMBEDDED, ModelBundle, load_bundle, save_bundle
    from sanacam.model.zoo.config import BundleConfig

__all__ = ["EMBEDDED", "BundleConfig", "ModelBundle", "load_bundle", "save_bundle"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "config" if name == "BundleConfig" else "bundle"
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
