"""Assistants may ask: the reports as tools of the Model Context Protocol, within the rights of who asks."""
