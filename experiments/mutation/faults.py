"""The small faults that can be planted in a source file: one operator, number, condition or argument changed.

Left alone is what only people or type checkers read: documentation, annotations, decorators, the words of messages and
the looks of pictures; and what changes no result: checks of equal lengths, copies, waiting times, the tiny numbers that
keep a quotient finite.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OTHER: dict[type[ast.AST], Any] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
"""each operator, and what takes its place"""
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "sorted": "list"}
"""functions, and what takes their place"""
ALONE = {
    "help", "metavar", "description", "epilog", "prog", "desc",  # words
    "alpha", "aspect", "clip_on", "cmap", "color", "dpi", "figsize", "fontsize", "ha", "height_ratios", "label",
    "linewidth", "marker", "markersize", "pad", "transform", "va", "xlabel", "ylabel",  # looks
    "strict", "stacklevel", "copy", "flush", "mininterval", "miniters", "dynamic_ncols", "timeout", "daemon", "maxsize",
    "encoding",
}  # fmt: skip
"""arguments that are left alone: words, looks, and what no result depends on"""
TYPES = {"Literal", "Annotated", "NDArray", "Callable"}
"""what stands in type aliases"""
TINY = 1e-6
"""floats below it only keep a quotient or a logarithm finite"""


@dataclass(frozen=True)
class Fault:
    """One place in a file, and the text that replaces it."""

    line: int
    start: int
    """in bytes of the file, as are the columns of a syntax tree"""
    end: int
    kind: str
    text: str

    @property
    def key(self) -> str:
        """Of a fault in one version of a file."""
        return f"{self.start}-{self.end}:{self.kind}:{self.text}"

    def planted(self, source: str) -> str:
        """The file with the fault."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def compiles(self, source: str) -> bool:
        """Whether the file with the fault is Python at all."""
        try:
            compile(self.planted(source), "fault", "exec")
        except SyntaxError:
            return False
        return True


def faults(source: str) -> list[Fault]:
    """All faults of a file, in the order of their places."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, kind, text in _of(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        found.append(Fault(node.lineno, start, end, kind, text))
    return sorted(set(found), key=lambda fault: (fault.start, fault.end, fault.kind, fault.text))


Place = ast.expr | ast.stmt


def _of(node: ast.AST) -> Iterator[tuple[Place, str, str]]:
    """The faults of a tree: the node that is replaced, the kind, the new text."""
    if _left_alone(node):
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield from ((node, kind, text) for kind, text in _here(node))
    if isinstance(node, ast.If):
        yield node.test, "condition", _bracketed(_not(node.test))
    for child in _children(node):
        yield from _of(child)


def _left_alone(node: ast.AST) -> bool:
    """Whether nothing in a node is changed."""
    match node:
        case ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=test):
            return ast.unparse(test) in {"TYPE_CHECKING", "__name__ == '__main__'"}
        case ast.Subscript(value=ast.Name(id=name)):
            return name in TYPES
        case ast.keyword(arg=name):
            return name in ALONE
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Call(func=ast.Attribute(attr="sleep")) | ast.Expr(value=ast.Call(func=ast.Attribute(attr="sleep"))):
            return True
    return False


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What is looked into: not annotations, decorators, messages, and what is for type checkers."""
    skipped = {"annotation", "returns", "decorator_list", "type_comment", "exc", "cause", "msg"}
    if isinstance(node, ast.ClassDef):
        skipped |= {"keywords"}
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))


def _here(node: Place) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield "operator", _bracketed(ast.Compare(node.left, [_other(op)], node.comparators))
        case ast.BoolOp(op=op):
            yield "operator", _bracketed(ast.BoolOp(_other(op), node.values))
        case ast.BinOp(op=op) if type(op) in OTHER and not _of_text(node):
            yield "operator", _bracketed(ast.BinOp(node.left, _other(op), node.right))
        case ast.AugAssign(op=op) if type(op) in OTHER:
            yield "operator", ast.unparse(ast.AugAssign(node.target, _other(op), node.value))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield "operator", _bracketed(node.operand)
        case ast.Constant(value=bool() as known):
            yield "constant", str(not known)
        case ast.Constant(value=int() as known):
            yield "constant", str(known + 1)
        case ast.Constant(value=float() as known) if not 0 < known < TINY:
            yield "constant", repr(known * 2 or 1.0)
        case ast.IfExp():
            yield "condition", _bracketed(ast.IfExp(_not(node.test), node.body, node.orelse))
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "result", "return None"
        case ast.Raise():
            yield "statement", "pass"
        case ast.Expr(value=ast.Call()):
            yield "statement", "pass"
        case ast.Call():
            yield from _calls(node)


def _calls(node: ast.Call) -> Iterator[tuple[str, str]]:
    for keyword in node.keywords:
        if keyword.arg and keyword.arg not in ALONE and ast.unparse(keyword.value) != "None":
            rest = [each for each in node.keywords if each is not keyword]
            yield "argument", ast.unparse(ast.Call(node.func, node.args, rest))
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield "function", ast.unparse(ast.Call(ast.Name(NAMES[node.func.id]), node.args, node.keywords))


def _other(op: ast.AST) -> Any:
    return OTHER[type(op)]()


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _of_text(node: ast.BinOp) -> bool:
    """Whether text is put together or formatted, where another operator fails at once."""
    return any(
        isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
        for each in (node.left, node.right)
    )


def _bracketed(node: ast.AST) -> str:
    return f"({ast.unparse(node)})"
