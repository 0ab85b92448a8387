"""``wavenet models``: lists the models and voices that ship with the package."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace


HELP = "list the shipped models and voices: what each is, its licence, size and bits per sample"
EXAMPLE = "wavenet models"
COLUMNS = {"name": "name", "kind": "kind", "licence of the weights": "licence", "size": "size", "held out": "held out"}
"""facts, and what heads their column"""


def add_arguments(parser: "ArgumentParser") -> None:
    """The form of the list."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: "Namespace") -> None:
    """Print the list."""
    import json

    from wavenet.cli import facts
    from wavenet.engine import folder

    found = {}
    for name in folder.shipped():
        home = folder.SHIPPED / name
        found[name] = {
            "kind": folder.KINDS[folder.format_of(home)],
            **facts.of_card(home),
            "size": facts.megabytes(home),
        }
    if args.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    rows = [COLUMNS | {"what": "what"}, *({"name": name} | each for name, each in found.items())]
    widths = {column: max(len(row.get(column, "")) for row in rows) for column in COLUMNS}
    for row in rows:
        print("  ".join([*(row.get(column, "").ljust(width) for column, width in widths.items()), row["what"]]))
    print(
        "\nBits per sample are those of the signal that a model generates: compare them only between models of one "
        "front end.\n"
        f"wavenet info NAME describes one; their model cards are in {folder.SHIPPED}"
    )
