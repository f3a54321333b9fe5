"""Sinks: virtual camera, recorder, and a collector in memory."""
