"""Models on disk, kept with skops: what is loaded is data and allow-listed types, never code."""

from dataclasses import asdict
from pathlib import Path

from data import private
from language import tr
from language.formats import listed
from models.candidates import Model, Scale

# Data without behaviour: the types that the candidates hold beside what skops trusts by itself.
ALLOWED = frozenset({"numpy.dtype", "models.candidates.HeldIn", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"})


class NotAModel(ValueError):
    """The file holds something that a churn model does not; it is not loaded."""


def keep(model: Model, path: Path) -> None:
    """Write a model to `path`, in place of one that is there; it appears whole or not at all."""
    import skops.io  # takes as long as scikit-learn itself, and is needed only where a model is written or read

    private.place_for(path)
    scale = asdict(model.scale) | {"at": [list(pair) for pair in model.scale.at], "tried": list(model.scale.tried)}
    parts = {"estimator": model.estimator, "inputs": list(model.inputs), "within": model.within} | scale
    made = path.with_suffix(".part")
    made.write_bytes(skops.io.dumps(parts))
    made.replace(path)


def kept(path: Path) -> Model:
    """The model at `path`. Raises NotAModel for a file with a type that is not allow-listed, FileNotFoundError without one."""
    raw = path.read_bytes()
    import skops.io  # as above

    foreign = set(skops.io.get_untrusted_types(data=raw)) - ALLOWED
    if foreign:
        raise NotAModel(tr("{name} holds {known}, which no churn model does. Train anew.", name=path.name, known=listed(sorted(foreign))))
    parts = skops.io.loads(raw, trusted=sorted(ALLOWED))
    if "high" not in parts:
        raise NotAModel(tr("{name} was made when probabilities had no limits. Train anew: python cli.py train.", name=path.name))
    at = tuple((number, intercept) for number, intercept in parts["at"])
    scale = Scale(parts["slope"], parts["intercept"], at, tuple(parts["tried"]), parts["low"], parts["high"])
    return Model(parts["estimator"], scale, tuple(parts["inputs"]), parts.get("within"))
