"""What QtMultimedia does for sources: it lists cameras, and reads cameras and screens where nothing steadier can.

The only part of ``app`` that knows Qt, and imported only when a source needs it: see docs/decisions/0006-sources.md.
"""
