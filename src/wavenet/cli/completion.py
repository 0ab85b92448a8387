"""``wavenet completion``: a script with which a shell completes commands, options and their values."""

from jsonargparse import ArgumentParser, Namespace

HELP = "print a script with which bash, zsh or fish completes commands, options and values"
EXAMPLE = 'eval "$(wavenet completion bash)"'
SHELLS = ("bash", "zsh", "fish")

BASH = """_wavenet() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" words=
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="%(commands)s"
    else
        case "$command $before" in
%(values)s
        *) case "$word" in
            -*) case "$command" in
%(options)s
                esac ;;
            esac ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _wavenet wavenet
"""
ZSH = "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"


def add_arguments(parser: ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that will run the script")


def run(args: Namespace) -> None:
    """Print the script."""
    made = {name: (options(name), values(name)) for name in commands() if name != "help"}
    if args.shell == "fish":
        print(_fish(made))
    else:
        print((ZSH if args.shell == "zsh" else "") + _bash(made), end="")


def commands() -> list[str]:
    """All first words."""
    from wavenet.cli.main import COMMANDS

    return [*COMMANDS, "help"]


def options(name: str) -> list[str]:
    """The long options of a command, with hyphens."""
    from wavenet.cli.main import parser

    flags = [option for action in parser(name)._actions for option in action.option_strings]
    return [flag.replace("_", "-") for flag in flags if flag.startswith("--")]


def values(name: str) -> dict[str, list[str]]:
    """Of the options that take one of a few values: those; of models, voices and settings: the shipped ones."""
    from wavenet.cli import settings_file
    from wavenet.cli.main import parser
    from wavenet.config import PRESETS, TrainVoiceConfig
    from wavenet.engine import folder

    shipped = {
        "--model": folder.shipped(folder.PIXELCNN_FORMAT if name.startswith("pixelcnn") else folder.FORMAT),
        "--voice": folder.shipped(folder.VOICE_FORMAT),
        "--preset": list(PRESETS),
        "--shape": list(PRESETS),
        "--config": settings_file.named(TrainVoiceConfig) if name == "train-voice" else [],
    }
    found = {}
    for action in parser(name)._actions:
        for option in action.option_strings:
            if words := list(map(str, action.choices or shipped.get(option, []))):
                found[option.replace("_", "-")] = words
    return found


def _bash(made: dict[str, tuple[list[str], dict[str, list[str]]]]) -> str:
    cases = [
        f"""        "{name} {option}") words="{" ".join(words)}" ;;"""
        for name, (_, values) in made.items()
        for option, words in values.items()
    ]
    cases.append(f"""        "help help") words="{" ".join(made)}" ;;""")
    cases.append(f"""        "completion completion") words="{" ".join(SHELLS)}" ;;""")
    flags = [f"""                {name}) words="{" ".join(options)}" ;;""" for name, (options, _) in made.items()]
    return BASH % {"commands": " ".join(commands()), "values": "\n".join(cases), "options": "\n".join(flags)}


def _fish(made: dict[str, tuple[list[str], dict[str, list[str]]]]) -> str:
    first = "complete -c wavenet -n __fish_use_subcommand -f -a"
    lines = [f"{first} '{' '.join(commands())}'"]
    for name, (options, values) in made.items():
        begin = f"complete -c wavenet -n '__fish_seen_subcommand_from {name}'"
        for option in options:
            words = f" -x -a '{' '.join(values[option])}'" if option in values else ""
            lines.append(f"{begin} -l {option.removeprefix('--')}{words}")
    lines.append(f"complete -c wavenet -n '__fish_seen_subcommand_from completion' -f -a '{' '.join(SHELLS)}'")
    return "\n".join(lines)
