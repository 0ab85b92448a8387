"""Expressions, powers and signs → words.

A hyphen between operands is *minus* if another sign shows that they are an expression: 7x + 2a - 3, 5-3=2.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.context import FIGURES, Context, Kind, goes_on, is_glued
from wavenet.tts.english.grammar import END, LETTER, any_of, form, say
from wavenet.tts.english.numbers import MINUS, NUMBER, amount, by_pairs, signed
from wavenet.tts.english.numbers import SIGN as NUMBER_SIGN
from wavenet.tts.english.tables import FUNCTION_WORDS, SIGNS, words
from wavenet.tts.english.units import plural, unit
from wavenet.tts.english.words import spell

_RELATIONS = {
    "<=": "less than or equal to", "=<": "less than or equal to", ">=": "greater than or equal to",
    "!=": "is not equal to", "=/=": "is not equal to", "==": "equals", ":=": "equals", "~=": "about",
    "+/-": "plus or minus", **{sign: SIGNS[sign] for sign in "+=×÷±≈≠≤≥<>"}, "·": "times",
}  # fmt: skip
"""signs that show that it is an expression"""
_ARROWS = {"->": "to", "=>": "to", "<->": "to and from", "<=>": "to and from"}
_OPERATORS = _RELATIONS | {
    "-": "minus",
    "–": "minus",
    "−": "minus",
    "*": "times",
    "x": "times",
    "/": "over",
    "√": "the square root of",
}
_SIGN = rf"(?:(?![-=]>|<->){any_of(_RELATIONS)})"
_FUNCTIONS = {
    "sin": "sine", "cos": "cosine", "tan": "tangent", "log": "log", "ln": "l n", "exp": "e x p", "sqrt": "square root",
    "min": "min", "max": "max", "lim": "limit", "mod": "mod",
}  # fmt: skip
_NUMBER_OR_NAME = (
    rf"(?:\d+/\d+|{NUMBER}(?:[a-zA-Z]{{1,2}}(?!{LETTER}))?|{any_of(_FUNCTIONS)}\d{{0,2}}|[a-zA-Z]{{1,2}}\d?)"
)
_TERM = rf"{_NUMBER_OR_NAME}(?:\^[-−]?\w{{1,3}})?{END}"
_OPERAND = rf"[-–−±√]?(?:(?:[a-zA-Z]|{any_of(_FUNCTIONS)}\d{{0,2}})\([-−]?{_TERM}\)|{_TERM})"
_MORE = rf"\s?(?:{_SIGN}|[-–−*]|/(?![mdμ]?L\b)|x(?=\s?\d))\s?{_OPERAND}"
_EXPRESSION = (
    rf"{_OPERAND}(?:\s?(?:[-–−*/]|x(?=\s?\d))\s?{_OPERAND}){{0,5}}?\s?{_SIGN}\s?{_OPERAND}(?:{_MORE})*(?!\s?°)"
)
_UNKNOWN = rf"(?:(?=\d*(?:[abcnpqrtxyz]|\^)){_TERM}|\d+(?=\s[-−–]\s\d*[nxyz]{END})|(?<=[nxyz]\s[-−–]\s)\d+)"
"""a term with a letter, or a number next to one"""
_BEFORE_TERM = late(rf"\s*(?:(?P<sign>[-–−±√])|(?P<term>{_TERM})|(?P<bracket>\())")
_BEHIND_TERM = late(rf"\s*(?:(?P<sign>{_SIGN}|[-–−*/x])|(?P<bracket>[()]))")
_PARTS = late(rf"(?P<number>(?:{NUMBER})?)(?P<letters>[a-zA-Z]*)(?P<index>\d?)")
_SMALL_WORDS = words("am an as at be by do go he hi if in is it me my no of oh ok on or so to up us we")
_ENCLOSED = late(r"<[^\s<>=]{1,40}>")
_OPENED = late(r"\$[a-zA-Z\\(][^$]*\Z")
_GRID = late(
    rf"\d+(?:\s?×\s?\d+)+(?:\s?(?:in|ft|cm|mm|px|m\srelay)\b|\s(?!{any_of(FUNCTION_WORDS)}\b|\w*s\b|equals)[a-z]{{3,}}(?!\w))"
)
"""a 5 × 5 grid, 24 × 36 × 12 in.; sets of 3 × 10 reps are multiplied"""
_CHAIN = late(r"(?:\d+\s?×\s?)*\d*\s?\Z")
_KEYED = words("dial press enter key call")
_FIGURE_NEXT = late(r"\s?[-–−+±]?[$€£¥#]?\.?\d")


def _expression(match: re.Match[str], context: Context) -> list[str] | None:
    """X = -5, 7x + 2a - 3, E = mc², f(2) = 0."""
    if _GRID.match(match.string, match.start()):
        return None
    text, at, expected = match[0], 0, _BEFORE_TERM
    said: list[str] = []
    while at < len(text):
        found = expected.match(text, at)
        if found is None:
            return None
        parts = found.groupdict()
        expected = _BEFORE_TERM
        if term := parts.get("term"):
            if term.lower() in _SMALL_WORDS:
                return None
            said += _term(term, context)
            expected = _BEHIND_TERM
        elif sign := parts["sign"]:
            said += _OPERATORS[sign].split()
        elif parts["bracket"] == "(":
            said.append("of")
        else:
            expected = _BEHIND_TERM
        at = found.end()
    return said


def _term(text: str, context: Context) -> list[str]:
    """2x, ab, x², 10^-7, 3/4, sin."""
    base, _, power = text.partition("^")
    return [*_base(base, context), *(_raised(power, context) if power else [])]


def _base(text: str, context: Context) -> list[str]:
    above, slash, below = text.partition("/")
    if slash:
        return context.say_alone(text) if int(above) < int(below) else [*amount(above), "over", *amount(below)]
    parts = _PARTS.fullmatch(text)
    if (name := text.rstrip("0123456789").lower()) in _FUNCTIONS:
        return [*_FUNCTIONS[name].split(), *(amount(text[len(name) :]) if text != text[: len(name)] else [])]
    if parts is None and text[0].isdigit():  # 1,5 before × 10
        return amount(text)
    if text == "a" or parts is None:
        return [text.lower()]
    if parts["number"] and len(parts["letters"]) > 1 and not set(parts["letters"]) <= set("abcnxyz"):  # 5kg, but 4ac
        return context.say_alone(text)
    numbers = [amount(parts[name]) if parts[name] else [] for name in ("number", "index")]
    return [*numbers[0], *spell(parts["letters"]), *numbers[1]]


def _raised(power: str, context: Context) -> list[str]:
    if power in ("2", "3"):
        return ["squared" if power == "2" else "cubed"]
    return ["to", "the", "power", "of", *(spell(power) if power.isalpha() else context.say_alone(power))]


def _power(match: re.Match[str], context: Context) -> list[str] | None:
    """x², 10⁻⁷, 2ⁿ."""
    base = match["base"]
    if context.last.kind is Kind.PER and unit(match[0], within=True):  # people/km²
        return None
    measured = context.last.kind is Kind.NUMBER or base != "m"
    if measured and base in ("m", "km", "cm", "mm") and (area := unit(match[0])):  # 10^6 m², in cm²
        return plural(area).split()
    said = spell(base) if len(base) == 1 and base.isalpha() else context.say_alone(base)
    return [*signed(match["sign"]), *said, *_raised(match["power"], context)]


def _power_of_last(match: re.Match[str], context: Context) -> list[str] | None:
    return _raised(match[1], context) if is_glued(match) else None


def _scientific(match: re.Match[str], context: Context) -> list[str]:
    """1e-5, -2.5E6."""
    said = [*signed(match["sign"]), *amount(match["number"]), "times", "ten", "to", "the"]
    return [*said, *signed(match["minus"]), *amount(match["power"])]


def _to_the_power(match: re.Match[str], context: Context) -> list[str]:
    """2**10."""
    return [*_base(match["base"], context), *_raised(match["power"], context)]


def _factorial(match: re.Match[str], context: Context) -> list[str]:
    """5! = 120, n! grows."""
    return [*_base(match["base"], context), "factorial"]


def _pixels(match: re.Match[str], context: Context) -> list[str]:
    """1920x1080."""
    return [*by_pairs(match["one"]), "by", *by_pairs(match["two"])]


def _before_by(match: re.Match[str], context: Context) -> list[str]:
    """The first number of 3x4."""
    return amount(match[0])


def _by(match: re.Match[str], context: Context) -> list[str] | None:
    """The sign in 3 x 4, 2' × 4'."""
    if context.last.kind not in FIGURES or not re.match(r"\s?[$€£]?\.?\d", match.string[match.end() :]):
        return None
    if re.match(r"\s?[$€£]", match.string[match.end() :]):
        return ["times"]
    if re.match(r"\s?10\^", match.string[match.end() : match.end() + 4]):
        return ["times"]
    grid = _GRID.match(match.string, _CHAIN.search(match.string, 0, match.start()).start())  # type: ignore[union-attr]
    return ["times"] if match[0] == "×" and context.last.kind is not Kind.MEASURE and not grid else ["by"]


def _closing(match: re.Match[str], context: Context) -> list[str] | None:
    """The second sign of $f(n) = n$, if the first one was silent."""
    return [] if _OPENED.search(match.string, 0, match.start()) else None


def _here(match: re.Match[str], context: Context) -> list[str] | None:
    """The ./ of ./setup.sh."""
    return (
        None
        if is_glued(match) and match.string[match.start() - 1] != "/"
        else ["dot"] * (len(match[0]) - 1) + ["slash"]
    )


def _arrow(match: re.Match[str], context: Context) -> list[str]:
    return _ARROWS[match[0]].split()


def _relation(match: re.Match[str], context: Context) -> list[str]:
    """A relation of two or more signs; many of the same count once."""
    return _RELATIONS.get(match[0], "equals").split()


def _minus(match: re.Match[str], context: Context) -> list[str]:
    """Before a figure that is read separately."""
    return ["minus"]


def _minus_of(match: re.Match[str], context: Context) -> list[str] | None:
    """The sign in = -x, -log(3): behind another sign, or at the beginning."""
    behind = context.before[-1] if context.before else None
    return None if is_glued(match) or (behind and behind.kind is not Kind.SIGN) else ["minus"]


def _compared(match: re.Match[str], context: Context) -> list[str]:
    """< and > between figures, before one, or alone; those of tags and around a word are silent."""
    if match[0] == "<" and _ENCLOSED.match(match.string, match.start()):
        return []
    alone = not is_glued(match) and not goes_on(match) and context.last.text
    return SIGNS[match[0]].split() if alone or _FIGURE_NEXT.match(match.string, match.end()) else []


def _star(match: re.Match[str], context: Context) -> list[str]:
    """3 * 4, press *, dial *67; those around words are silent."""
    if context.previous in _KEYED:
        return ["star"]
    if context.last.kind in FIGURES and _FIGURE_NEXT.match(match.string, match.end()):
        return ["times"]
    return ["star"] if not is_glued(match) and not goes_on(match) and context.last.text else []


def _about(match: re.Match[str], context: Context) -> list[str]:
    """~5, ~/path."""
    if match.string[match.end() : match.end() + 1] == "/":
        return ["tilde"]
    if context.previous in ("about", "around", "approximately", "roughly"):
        return []
    return ["about"] if _FIGURE_NEXT.match(match.string, match.end()) else []


def _backslash(match: re.Match[str], context: Context) -> list[str]:
    """Within a form or alone; one that escapes a sign is silent."""
    return ["backslash"] if is_glued(match) == goes_on(match) else []


def _caret(match: re.Match[str], context: Context) -> list[str]:
    """X ^ y; one behind which nothing comes is silent."""
    operand = re.match(r"\s?[\w(+−-]", match.string[match.end() : match.end() + 2])
    return SIGNS["^"].split() if operand and context.last.text else []


def _sign(match: re.Match[str], context: Context) -> list[str]:
    return SIGNS.get(match[0], "").split()


EXPRESSIONS = (
    form(Kind.NUMBER, r"(?P<one>\d{3,4})[x×](?P<two>\d{3,4})(?!\w|[.,x×]\d)", _pixels),
    form(Kind.NUMBER, rf"(?!0x){NUMBER}(?=[x×]\.?\d)", _before_by),
    form(
        Kind.NUMBER,
        rf"{NUMBER_SIGN}(?P<number>{NUMBER})[eE](?P<minus>[-+−]?)(?P<power>\d{{1,3}}){END}",
        _scientific,
    ),
    form(Kind.NUMBER, rf"(?P<base>\d+|[a-z])\*\*(?P<power>[-−]?\d+|[a-z]){END}", _to_the_power),
    form(Kind.NUMBER, rf"[nxyzkt][-−]\d{{1,3}}{END}(?![-.:/]\w)|[fghOP]\([-−]?{_TERM}\)", _expression),
    form(Kind.NUMBER, r"(?P<base>\d+|[a-z])!(?=\s=\s\w|(?<=[knmx]!)\s[a-z])", _factorial),
    form(Kind.NUMBER, rf"(?<![\w.]){_UNKNOWN}\s[-−–]\s{_UNKNOWN}{END}(?!\.\w)", _expression),
    form(Kind.NUMBER, rf"(?<![\w.]){any_of(_FUNCTIONS)}\d{{0,2}}\([-−]?{_TERM}\)", _expression),
    form(Kind.NUMBER, rf"(?<![\w.]){_EXPRESSION}(?!\.\w)", _expression),
    form(
        Kind.NUMBER,
        rf"{NUMBER_SIGN}(?P<base>{NUMBER}|{LETTER}+)\^(?P<power>[-−]?\d+|[a-z]){END}",
        _power,
    ),
)
BETWEEN = (
    form(Kind.SIGN, "!=|=/=", _relation),
    form(Kind.SIGN, rf"[-−](?=[a-zA-Z]{END}|{any_of(_FUNCTIONS)}\b|[(√∞])", _minus_of),
    form(Kind.SIGN, r"\|\|(?=\s?[\w!(\"'-])", lambda match, context: ["or"] if context.last.text else None),
    form(Kind.SIGN, r"(?:\(\s?|(?<=[&|=])|(?<=[&|=]\s))!(?=[a-z(])", say("not")),
    form(Kind.SIGN, r"(?:sin|cos|tan)(?=\s\d+(?:\.\d+)?°)", lambda match, context: [_FUNCTIONS[match[0]]]),
    form(Kind.SIGN, r"\$(?=[a-zA-Z\\(][^$\n]{0,80}[=^_\\+<>(][^$\n]{0,80}\$(?!\w))", say("")),
    form(Kind.SIGN, r"\$(?=[a-zA-Z]{1,2}\$(?!\w))", say("")),
    form(Kind.SIGN, r"(?<=[\w)}\]])\$(?!\w)", _closing),
    form(Kind.SIGN, r"\$(?=\s[a-z./~])", lambda match, context: None if context.before else []),
    form(Kind.SIGN, r"\$(?=[a-zA-Z_({$])|(?<=\$)\$", say("dollar")),
    form(Kind.SIGN, r"\.{1,2}/(?=[\w.…*])", _here),
    form(Kind.SIGN, any_of(_ARROWS), _arrow),
    form(Kind.SIGN, rf"\^([-−]?\w+){END}", _power_of_last),
    form(Kind.SIGN, r"x(?=\d\d?\s?(?:d|days?|wks?|weeks?|mos?|months?|hrs?|yrs?|years?)\b)", say("times")),
    form(Kind.SIGN, r"[x×](?![^\W\d])", _by),
)
SIGN_FORMS = (
    form(Kind.SIGN, rf"{any_of(sign for sign in _RELATIONS if len(sign) > 1)}|={{2,}}", _relation),
    form(Kind.SIGN, rf"{MINUS}(?=∞|[$€£¥₹#(]?\.?\d)", _minus),
    form(Kind.SIGN, r"&{2,}|\|{2,}", lambda match, context: ["and" if match[0][0] == "&" else "or"]),
    form(Kind.SIGN, "[<>]", _compared),
    form(Kind.SIGN, r"\*", _star),
    form(Kind.SIGN, "~", _about),
    form(Kind.SIGN, r"\\", _backslash),
    form(Kind.SIGN, r"\^", _caret),
    form(Kind.SIGN, r"[^\w\s]", _sign),
)
