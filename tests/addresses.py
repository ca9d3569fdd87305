"""Every page there is: its script, and its address."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"
SCRIPTS = sorted(path.stem for path in PAGES.glob("*.py") if path.stem not in ("__init__", "shell"))
ODD = {"today": "", "imports": "import"}  # those whose address is not their name
SIGNED_IN = ("my_access",)  # there where people sign in, and not elsewhere
ADDRESSES = [ODD.get(name, name.replace("_", "-")) for name in SCRIPTS if name not in SIGNED_IN]
