"""The glossary says of every figure what the registry says, and nothing else."""

from pathlib import Path

import pytest

from metrics.registry import METRICS

GLOSSARY = (Path(__file__).resolve().parents[2] / "docs" / "GLOSSARY.md").read_text()


@pytest.mark.parametrize("name", list(METRICS))
def test_the_glossary_has_the_words_of_the_registry(name):
    assert f"| {METRICS[name].title} | {METRICS[name].definition} |" in GLOSSARY
