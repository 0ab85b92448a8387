"""What earlier versions were told in other words, and still understand; help does not show it."""

from collections.abc import Sequence

PICTURE = ("generate", "vocode")
"""commands that took ``--picture true`` and ``--picture false``"""
VALUES = {"true": "--picture", "yes": "--picture", "false": "--no_picture", "no": "--no_picture"}
MODEL_FIRST = {"generate": 1, "bench": 1, "evaluate": 2, "calibrate": 2}
"""commands that took the model as the first of so many words"""


def with_underscores(argument: str) -> str:
    """``--init-from=a-b`` as ``--init_from=a-b``: the names of settings, in files too, have underscores."""
    if not argument.startswith("--") or argument[2:3] in ("-", ""):  # ``---`` is no option
        return argument
    name, equals, value = argument[2:].partition("=")
    return f"--{name.replace('-', '_')}{equals}{value}"


def pictures(command: str, arguments: Sequence[str]) -> list[str]:
    """``--picture false`` and ``--picture=false`` as ``--no_picture``."""
    found: list[str] = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if command in PICTURE and equals and name == "--picture" and value.lower() in VALUES:
            found.append(VALUES[value.lower()])
        elif command in PICTURE and found[-1:] == ["--picture"] and argument.lower() in VALUES:
            found[-1] = VALUES[argument.lower()]
        else:
            found.append(argument)
    return found


def model(command: str, options: Sequence[str], words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options and words, with a model that is the first word as ``--model``."""
    given = any(option.partition("=")[0] == "--model" for option in options)
    if command in MODEL_FIRST and not given and len(words) >= MODEL_FIRST[command]:
        return [*options, "--model", words[0]], list(words[1:])
    return list(options), list(words)
