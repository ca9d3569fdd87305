"""What all tests have: a folder of stores that are built once for the whole run."""

import os
import shutil
import sys

from tests import built


def pytest_configure(config):
    if built.PLACE not in os.environ:  # this process began the run; those that it starts find the folder
        config.built_stores = built.begin()


def pytest_unconfigure(config):
    if pages := sys.modules.get("streamlit.testing.v1.app_test"):
        pages.TMP_DIR.cleanup()  # which it leaves to the end of the process, with a warning
    if folder := getattr(config, "built_stores", None):
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(built.PLACE, None)
