"""The running program without Qt: capture, engine, outputs, presets, settings, command line."""
