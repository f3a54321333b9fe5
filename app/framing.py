"""How the pictures of a file meet the size that they are edited at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sanacam.app.frames import Pixels
from sanacam.app.outputs.fit import crop, letterbox, resize, size_within
from sanacam.app.size import LARGEST

Aspect = Literal["fit", "scale", "crop", "pad"]


@dataclass(frozen=True)
class Framing:
    """
    Attributes:
        box: (width, height) of the edit; None keeps the source's size.
        aspect: ``fit``: inside the box, never enlarged; ``scale``: inside the box, enlarged if need be; ``crop``: fills
            the box, edges are cut off; ``pad``: fills the box with black bars. None distorts.
    """

    box: tuple[int, int] | None = None
    aspect: Aspect = "fit"

    @property
    def reading_box(self) -> tuple[int, int] | None:
        """What pictures are fitted into when they are read. Reading also makes pixels square, if there is a box."""
        return self.box if self.box is None or self.aspect == "fit" else (LARGEST, LARGEST)

    def size_of(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of what :meth:`apply` makes of pictures that were read in this size."""
        if self.box is None or self.aspect == "fit":
            return width, height
        return size_within(width, height, self.box) if self.aspect == "scale" else self.box

    def apply(self, pixels: Pixels) -> Pixels:
        """A picture that was read with :attr:`reading_box`, as it is edited."""
        if self.box is None or self.aspect == "fit":
            return pixels
        if self.aspect == "scale":
            return resize(pixels, *self.size_of(pixels.shape[1], pixels.shape[0]))
        return (crop if self.aspect == "crop" else letterbox)(pixels, *self.box)
