"""How long tests wait: for what they need to happen, never for a time by which it should have."""

PATIENCE = 300  # seconds, after which something hangs; what is there at once on an idle machine may take long on a busy one
