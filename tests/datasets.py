"""Where the real datasets are, and why a test that needs them is left out when they are not there."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ["HOLDFAST_DATASETS"]) if os.environ.get("HOLDFAST_DATASETS") else None

needs_datasets = pytest.mark.skipif(FOLDER is None, reason="HOLDFAST_DATASETS is not set: the real datasets are not here")
