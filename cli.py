"""The command line: commands are in `commands/`."""

import gc

gc.disable()  # while it is loaded, which is most of what many commands do: all of that stays to the end

import typer

from commands import answering, auditing, consenting, delivering, erasing, importing, pulling, rollups, upkeep
from data import private

gc.freeze()
gc.enable()
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Customer-success analytics from the exports you have."
)
for room in (importing, answering, upkeep, erasing, rollups):
    app.add_typer(room.app)
app.add_typer(consenting.approvals, name="approvals")
app.add_typer(auditing.audit, name="audit")
app.add_typer(delivering.deliveries, name="deliveries")
app.add_typer(pulling.sources, name="sources")


@app.callback()
def _begin() -> None:
    private.from_now_on()


if __name__ == "__main__":
    app()
