"""The table contract, settings, the viewer, and the only SQL."""

import os
import sys

# Frames here have hundreds or thousands of rows: the engine for more than fits into memory costs twice as much to start as they take.
# Whoever touches one (server, command line, a child that reads a file, a test) comes through this package; who does not need polars is not
# made to load it.
ENGINE = "POLARS_ENGINE_AFFINITY"
if ENGINE not in os.environ:
    os.environ[ENGINE] = "in-memory"
    if "polars" in sys.modules:
        sys.modules["polars"].Config.set_engine_affinity("in-memory")
