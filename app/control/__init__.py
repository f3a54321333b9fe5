"""The local control port: other programs of this user press the buttons over HTTP. See ``docs/control_port.md``."""
