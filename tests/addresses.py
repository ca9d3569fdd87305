"""Every page there is: its script, and its address."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "pages"
FILES = {
    path.stem: path for folder in (PAGES, PAGES / "settings") for path in folder.glob("*.py") if path.stem not in ("__init__", "shell")
}
SCRIPTS = sorted(FILES)
ODD = {"today": "", "imports": "import", "data_sources": "sources"}  # those whose address is not their name
SIGNED_IN = ("my_access",)  # there where people sign in, and not elsewhere
ADDRESSES = [ODD.get(name, name.replace("_", "-")) for name in SCRIPTS if name not in SIGNED_IN]
