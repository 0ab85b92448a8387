"""An interpreter of pickles that runs no code: what a pickle would call or build becomes an inert placeholder.

It knows PyTorch's few names for tensors, and takes everything else apart into dictionaries, lists and numbers. Python's
own unpickler is not used, because it calls what a file names, and reserves memory that a file asks for.
"""

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_STEPS = 2**22
"""maximum instructions of a pickle, and entries of dictionaries made of lists; a tensor takes about 30"""
MOST_NAME, MOST_DIMENSIONS = 1_000, 8


@dataclass(eq=False)
class Name:
    """A class or a function that a pickle names, which is never looked up."""

    whole: str
    """such as ``torch.FloatStorage``"""

    @property
    def last(self) -> str:
        """The name without its module."""
        return self.whole.rpartition(".")[2]


@dataclass(eq=False)
class Placeholder:
    """What a pickle would have made by calling a name."""

    name: str
    state: Any = None
    """the attributes that it would have had, a dictionary in most cases"""
    entries: dict[Any, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Storage:
    """Numbers outside the pickle that tensors share."""

    kind: str
    """such as ``FloatStorage``"""
    key: str
    count: int
    """of numbers"""
    offset: int = 0


@dataclass(eq=False)
class Tensor:
    """Where the numbers of a tensor lie in a storage; offset and strides count numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


MARK = object()


def load(file: io.BytesIO, storages: dict[str, Storage] | None = None) -> Any:
    """The value of the pickle that begins at the place of a file, which is then behind it.

    Args:
        file: the content of a file.
        storages: takes those that the pickle names, by their keys.

    Raises:
        ValueError: it is damaged or hostile, or has what no checkpoint has.
    """
    try:
        return _Machine({} if storages is None else storages).run(file)
    except Exception as error:  # a broken pickle may raise anything: of its parser, or where a list should be
        raise ValueError(f"its pickle is damaged: {type(error).__name__} {error}".rstrip()) from None


class _Machine:
    """A stack, and what was put aside by number."""

    def __init__(self, storages: dict[str, Storage]) -> None:
        self.storages = storages
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.left = MOST_STEPS

    def run(self, file: io.BytesIO) -> Any:
        for steps, (code, argument, _) in enumerate(pickletools.genops(file)):
            if steps > MOST_STEPS:
                raise ValueError(f"more than {MOST_STEPS} instructions")
            if code.name == "STOP":
                break
            if code.name in _PLAIN:
                self.stack.append(argument)
            elif code.name in _VALUES:
                self.stack.append(_VALUES[code.name]())
            elif code.name in _STEPS:
                _STEPS[code.name](self, argument)
            elif code.name not in ("PROTO", "FRAME"):
                raise ValueError(f"an instruction that no checkpoint has, {code.name}")
        return self.stack.pop()

    def marked(self) -> list[Any]:
        """What lies above the last mark, taken off with it."""
        at = len(self.stack) - 1
        while self.stack[at] is not MARK:
            at -= 1
        if at < 0:
            raise ValueError("a mark is missing")
        found = self.stack[at + 1 :]
        del self.stack[at:]
        return found

    def pops(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise ValueError("the stack is empty")
        found = self.stack[-count:]
        del self.stack[-count:]
        return found

    def put(self, number: int | None) -> None:
        self.memo[len(self.memo) if number is None else number] = self.stack[-1]

    def name(self, *parts: str) -> None:
        if sum(map(len, parts)) > MOST_NAME:  # one text may be a part of many names
            raise ValueError(f"a name of more than {MOST_NAME} characters")
        self.stack.append(Name(".".join(parts)))

    def call(self, name: Any, arguments: Any) -> None:
        if isinstance(name, Name) and name.whole == "collections.OrderedDict" and arguments:
            self.left -= len(arguments[0])  # one list may become many dictionaries
            if self.left < 0:
                raise ValueError(f"more than {MOST_STEPS} entries")
        self.stack.append(_called(name, arguments))

    def build(self) -> None:
        state = self.stack.pop()
        if isinstance(self.stack[-1], Placeholder):
            self.stack[-1].state = state

    def extend(self, values: list[Any]) -> None:
        if isinstance(self.stack[-1], list):
            self.stack[-1].extend(values)

    def update(self, values: list[Any]) -> None:
        target = self.stack[-1]
        entries = target.entries if isinstance(target, Placeholder) else target
        if not isinstance(entries, dict):
            raise ValueError("entries of what is no dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if _is_key(key):
                entries[key] = value

    def entries(self, values: list[Any]) -> None:
        self.stack.append({})
        self.update(values)

    def persistent(self) -> None:
        value = _persistent(self.stack.pop())
        if isinstance(value, Storage):
            self.storages[value.key] = value
        self.stack.append(value)


def _is_key(key: Any) -> bool:
    """Whether a key is quickly compared; entries with others are left out: deeply nested ones even overflow Python."""
    return key is None or isinstance(key, str | float | bytes) or (isinstance(key, int) and key.bit_length() <= 64)


def _called(name: Any, arguments: Any) -> Any:
    """What stands for a call."""
    whole = name.whole if isinstance(name, Name) else ""
    if whole == "collections.OrderedDict":
        pairs = arguments[0] if arguments else []
        return {key: value for key, value in pairs if _is_key(key)}
    if whole in _WRAPPERS and arguments and isinstance(arguments[0], Tensor | tuple):
        return arguments[0]
    if whole in ("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"):
        storage, offset, shape, strides = arguments[:4]
        if not isinstance(storage, Storage) or not len(shape) == len(strides) <= MOST_DIMENSIONS:
            raise ValueError("a tensor is not described as one")
        if not all(type(number) is int for number in (offset, *shape, *strides)):
            raise ValueError("a tensor is not described by integers")
        return Tensor(storage, offset, tuple(shape), tuple(strides))
    return Placeholder(whole)


def _persistent(parts: Any) -> Any:
    """What lies outside the pickle: a storage; or a class, with the source that it once had."""
    if parts[0] == "module":
        return parts[1]
    kind, key, _, count = parts[1:5]
    view = parts[5] if len(parts) > 5 else None
    offset = view[1] if view else 0
    if not isinstance(kind, Name) or not isinstance(key, str) or type(count) is not int or type(offset) is not int:
        raise ValueError("a storage is not described as one")
    return Storage(kind.last, key, count, offset)


_WRAPPERS = {
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
    "torch.autograd.variable.Variable",  # of versions before 0.4, as is the next
    "torch.nn.parameter.Parameter",
    "torch.Size",
}
"""what stands for its first argument"""
_PLAIN = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
    "BINBYTES8", "BYTEARRAY8",
}  # fmt: skip
"""instructions that push their argument"""
_VALUES: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "MARK": lambda: MARK,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": lambda: Placeholder("set"),
}
_STEPS: dict[str, Callable[[_Machine, Any], Any]] = {
    "POP": lambda m, _: m.stack.pop(),
    "POP_MARK": lambda m, _: m.marked(),
    "DUP": lambda m, _: m.stack.append(m.stack[-1]),
    "GET": lambda m, n: m.stack.append(m.memo[n]),
    "BINGET": lambda m, n: m.stack.append(m.memo[n]),
    "LONG_BINGET": lambda m, n: m.stack.append(m.memo[n]),
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.put,
    "TUPLE": lambda m, _: m.stack.append(tuple(m.marked())),
    "TUPLE1": lambda m, _: m.stack.append(tuple(m.pops(1))),
    "TUPLE2": lambda m, _: m.stack.append(tuple(m.pops(2))),
    "TUPLE3": lambda m, _: m.stack.append(tuple(m.pops(3))),
    "LIST": lambda m, _: m.stack.append(m.marked()),
    "DICT": lambda m, _: m.entries(m.marked()),
    "FROZENSET": lambda m, _: m.stack.append(Placeholder("frozenset", m.marked())),
    "APPEND": lambda m, _: m.extend(m.pops(1)),
    "APPENDS": lambda m, _: m.extend(m.marked()),
    "ADDITEMS": lambda m, _: m.marked(),
    "SETITEM": lambda m, _: m.update(m.pops(2)),
    "SETITEMS": lambda m, _: m.update(m.marked()),
    "GLOBAL": lambda m, whole: m.name(*whole.split(" ", 1)),
    "STACK_GLOBAL": lambda m, _: m.name(*m.pops(2)),
    "REDUCE": lambda m, _: m.call(*m.pops(2)),
    "NEWOBJ": lambda m, _: m.call(*m.pops(2)),
    "NEWOBJ_EX": lambda m, _: m.call(*m.pops(3)[:2]),
    "BUILD": lambda m, _: m.build(),
    "BINPERSID": lambda m, _: m.persistent(),
}
