"""What all tests have: a folder of stores that are built once for the whole run, and patience with a machine that is busy."""

import gc
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import built

settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config):
    if built.PLACE not in os.environ:  # this process began the run; those that it starts find the folder
        config.built_stores = built.begin()
        built.all_in(config.built_stores)
    _away_from_home()


def _away_from_home():
    """A test that names no store finds none: neither that of whoever runs the tests, nor what a test beside it has left."""
    nowhere = Path(os.environ[built.PLACE]) / f"nowhere-{os.getpid()}"
    os.environ["HOLDFAST_STORE"] = str(nowhere / "own.duckdb")
    os.environ["HOLDFAST_SAMPLE_STORE"] = str(nowhere / "sample.duckdb")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


# What takes longest. It is begun first, so that no core is left with it when all else is done.
LONGEST = (
    "tests/browser/test_look.py",
    "tests/data/log/test_log_properties.py",
    "tests/cases/",
    "tests/second/",
    "tests/access/",
    "tests/data/approvals/test_what_stands.py",
    "tests/reports/test_kept_until_changed.py",
    "tests/browser/",
    "tests/language/test_said_again.py",
    "tests/benchmarks/",
    "tests/data/importing/test_hostile_files.py",
    "tests/server/test_bad_input.py",
    "tests/server/test_exports_of_erased.py",
    "tests/data/work/test_three_at_work.py",
    "tests/data/log/",
    "tests/data/erasure/",
    "tests/deploy/",
    "tests/server/test_forwarding.py",
    "tests/reports/customers/",
    "tests/pages/",
    "tests/test_every_door.py",
    "tests/test_wrong_use.py",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST)))


def pytest_ignore_collect(collection_path, config):
    """Of the long tests alone: files that have none need not be loaded by every process of the run."""
    if config.option.markexpr == "long" and collection_path.name.startswith("test_"):
        return "mark.long" not in collection_path.read_text(encoding="utf-8") or None


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is loaded and collected stays to the end: the search for what nobody needs any more leaves it out, as a server need not look at
    thousands of tests either. What tests load later mostly stays, too, so that all of it is looked through twenty times more rarely."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 10, 20)
        gc.enable()


@pytest.fixture(autouse=True)
def own_main():
    """A page under test takes the place of the main module and leaves it so; processes that are started later would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def pytest_sessionfinish(session, exitstatus):
    """What a run that failed has left can be looked at until the next one begins."""
    session.config.to_look_at = exitstatus != pytest.ExitCode.OK


def pytest_unconfigure(config):
    if pages := sys.modules.get("streamlit.testing.v1.app_test"):
        pages.TMP_DIR.cleanup()  # which it leaves to the end of the process, with a warning
    if folder := getattr(config, "built_stores", None):
        if not getattr(config, "to_look_at", False):
            shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(built.PLACE, None)
