"""What everything does unless it is told otherwise: a default that changed is a change that users notice.

python -m tests.test_defaults        # writes defaults.json again; the difference belongs into the changelog
"""

import inspect
import json
import pkgutil
from dataclasses import MISSING, asdict, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import wavenet
from wavenet.cli import settings_file
from wavenet.cli.main import COMMANDS, parser
from wavenet.config import PRESETS

FILE = Path(__file__).with_name("defaults.json")
PACKAGE = Path(wavenet.__file__).parent
OF_TYPES = {"__init__", "__call__"}
"""methods that belong to the public interface, though their names begin with an underscore"""


def plain(value):
    """A default as JSON holds it, the same in every process and on every machine."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Path):
        return value.relative_to(PACKAGE).as_posix()
    return getattr(value, "__qualname__", None) or repr(value)


def modules():
    """Every module of the package, imported."""
    for found in pkgutil.walk_packages(wavenet.__path__, "wavenet."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield import_module(found.name)
    yield wavenet


def public(owner, module):
    """The public functions and classes that a module or a class defines itself, in the order of their names."""
    for name, value in sorted(vars(owner).items()):
        value = (
            inspect.unwrap(getattr(value, "__func__", value))
            if callable(value) or hasattr(value, "__func__")
            else value
        )
        own = getattr(value, "__module__", None) == module
        if own and (not name.startswith("_") or name in OF_TYPES) and isinstance(value, FunctionType | type):
            yield value


def settings():
    """The fields of every dataclass and of every named tuple that have a default, by its name."""
    found = {}
    for module in modules():
        for value in public(module, module.__name__):
            if is_dataclass(value):
                having = {
                    field.name: plain(field.default if field.default is not MISSING else field.default_factory())
                    for field in fields(value)
                    if (field.default, field.default_factory) != (MISSING, MISSING)
                }
            else:
                having = {name: plain(each) for name, each in getattr(value, "_field_defaults", {}).items()}
            found |= {f"{value.__module__}.{value.__qualname__}": having} if having else {}
    return found


def functions():
    """The parameters of every public function and method that have a default, by its name."""
    found = {}
    for module in modules():
        owners = [module, *(value for value in public(module, module.__name__) if isinstance(value, type))]
        for owner in owners:
            for value in public(owner, module.__name__):
                if isinstance(value, type) or (is_dataclass(owner) and value.__name__ == "__init__"):
                    continue
                parameters = inspect.signature(value).parameters.values()
                having = {each.name: plain(each.default) for each in parameters if each.default is not each.empty}
                found |= {f"{value.__module__}.{value.__qualname__}": having} if having else {}
    return found


def options():
    """The options of every command, with their choices and their defaults as the parser gives them."""
    return {
        f"{name} {' '.join(action.option_strings) or action.dest}": {"default": plain(action.default)}
        | ({"choices": sorted(map(str, action.choices))} if action.choices else {})
        for name in COMMANDS
        for action in parser(name)._actions
        if "--print_shtab" not in action.option_strings  # which depends on another package
    }


def presets():
    """The settings of every preset, and of the settings files that ship with the package."""
    shapes = {name: plain(asdict(shape)) for name, shape in PRESETS.items()}
    return shapes | {
        name: settings_file.read_text(settings_file.NAMED / f"{name}.yaml") for name in settings_file.named()
    }


TABLES = {"settings": settings, "functions": functions, "options": options, "presets": presets}


@pytest.mark.parametrize("table", TABLES)
def test_no_default_changes_unnoticed(table):
    """If it is meant to: ``python -m tests.test_defaults``, and a line in the changelog."""
    assert json.loads(json.dumps(TABLES[table]())) == json.loads(FILE.read_text("utf-8"))[table]


def test_the_defaults_that_people_rely_on_are_among_them():
    found = json.loads(FILE.read_text("utf-8"))
    assert found["functions"]["wavenet.corpora.prepare.prepare"]["sample_rate"] == 16_000
    assert found["functions"]["wavenet.tts.voice.Voice.say"]["speed"] == 1.0
    assert found["settings"]["wavenet.config.training.TrainConfig"]["batch_size"] == 1
    assert found["options"]["say --voice --model"]["default"] == "english"
    assert (
        found["options"]["train --optim.muon_lr"]["default"]
        == found["settings"]["wavenet.config.training.OptimConfig"]["muon_lr"]
    )
    assert found["presets"]["tiny"]["layers"] == PRESETS["tiny"].layers


def written(tables):
    """JSON with a line for each entry of each table, which a difference then names."""
    inside = [
        f'"{name}": {{\n'
        + ",\n".join(f" {json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in sorted(table.items()))
        + "\n}"
        for name, table in tables.items()
    ]
    return "{\n" + ",\n".join(inside) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(written({name: table() for name, table in TABLES.items()}), "utf-8")
