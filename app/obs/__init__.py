"""OBS Studio: connecting to it, the source in it, its virtual camera and the sound that goes with the picture."""
