"""The output host: a process of its own that owns every sink other programs depend on, and never goes silent.

    session ─▶ edited ring, source ring ─▶ host's output clock ─▶ virtual camera, OBS, recording, output ring

``link`` is the session's side, ``stage`` the host's; ``python -m sanacam.app.host`` runs it. See ``docs/host.md``.
"""
