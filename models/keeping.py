"""Models on disk, kept with skops: what is loaded is data and allow-listed types, never code."""

from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data import private
from language import mark, tr
from language.formats import listed
from models.candidates import Model, Scale

# Data without behaviour: the types that the candidates hold beside what skops trusts by itself.
ALLOWED = frozenset({"numpy.dtype", "models.candidates.HeldIn", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"})


class NotAModel(ValueError):
    """The file holds something that a churn model does not; it is not loaded."""


CHANGED = mark("{name} is not the file that was written when the model was trained. Train anew: python cli.py train.")
UNREADABLE = mark("{name} cannot be read as a churn model; it may be damaged. Train anew: python cli.py train.")
OTHER_RELEASE = mark("{name} was made with scikit-learn {release}, and here is {ours}. Train anew: python cli.py train.")


def keep(model: Model, path: Path) -> str:
    """Write a model to `path`, in place of one that is there; it appears whole or not at all. Returns the SHA-256 of the file."""
    import skops.io  # takes as long as scikit-learn itself, and is needed only where a model is written or read

    private.place_for(path)
    scale = asdict(model.scale) | {"at": [list(pair) for pair in model.scale.at], "tried": list(model.scale.tried)}
    parts = {"estimator": model.estimator, "inputs": list(model.inputs), "within": model.within} | scale
    made = path.with_suffix(".part")
    raw = skops.io.dumps(parts | {"made_with": _release()})
    made.write_bytes(raw)
    made.replace(path)
    return sha256(raw).hexdigest()


def _release() -> str:
    """The release of scikit-learn, by whose files are read as they were meant."""
    return ".".join(version("scikit-learn").split(".")[:2])


def kept(path: Path, digest: str | None = None) -> Model:
    """The model at `path`. digest: what `keep` returned for it, where that is known.

    Raises NotAModel for a file that was changed since, cannot be read, is of another version or holds a type that is not allow-listed;
    FileNotFoundError without one.
    """
    raw = path.read_bytes()
    if digest is not None and sha256(raw).hexdigest() != digest:
        raise NotAModel(tr(CHANGED, name=path.name))
    try:
        parts = _parts(path.name, raw)
    except NotAModel:
        raise
    except Exception as fault:  # of a broken file anything may come: a bad archive, a value that is none, a type that is not there
        raise NotAModel(tr(UNREADABLE, name=path.name)) from fault
    if "high" not in parts:
        raise NotAModel(tr("{name} was made when probabilities had no limits. Train anew: python cli.py train.", name=path.name))
    if parts.get("made_with", _release()) != _release():
        raise NotAModel(tr(OTHER_RELEASE, name=path.name, release=parts["made_with"], ours=_release()))
    at = tuple((number, intercept) for number, intercept in parts["at"])
    scale = Scale(parts["slope"], parts["intercept"], at, tuple(parts["tried"]), parts["low"], parts["high"])
    return Model(parts["estimator"], scale, tuple(parts["inputs"]), parts.get("within"))


def _parts(name: str, raw: bytes) -> dict[str, Any]:
    import skops.io  # as above

    foreign = set(skops.io.get_untrusted_types(data=raw)) - ALLOWED
    if foreign:
        raise NotAModel(tr("{name} holds {known}, which no churn model does. Train anew.", name=name, known=listed(sorted(foreign))))
    return skops.io.loads(raw, trusted=sorted(ALLOWED))
