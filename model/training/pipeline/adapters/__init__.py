"""Makers that run models of others. None is used unless a configuration names it and its weights lie in a folder."""
