"""``wavenet info``: describes a model folder or the folder of a voice."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser, Namespace


HELP = "describe a model or a voice: network, receptive field, conditioning, licence"
EXAMPLE = "wavenet info my_run/model"


def add_arguments(parser: "ArgumentParser") -> None:
    """The folder, and the form of the description."""
    parser.add_argument(
        "model",
        type=str,
        help="a model folder, the folder of a voice, or the name of a shipped one: see wavenet models",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: "Namespace") -> None:
    """Print the description."""
    import json

    from wavenet.cli import facts
    from wavenet.engine import folder
    from wavenet.errors import escaped

    found = facts.of(folder.find(args.model, kind=None))
    if args.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max(map(len, found))
    print("\n".join(escaped(f"{name:{width}}  {value}") for name, value in found.items()))
