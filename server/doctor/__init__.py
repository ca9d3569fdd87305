"""Looks at a deployment: how it is set up, what lies on its disk, the machine it runs on. It changes nothing, and says what to fix."""
