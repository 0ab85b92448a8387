"""Money, and numbers with a scale → words.

A currency is spoken after its number, wherever it is written; $3.50 includes the cents, $3.5 million and $3.5k do not.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.context import Context, Kind, after, is_name
from wavenet.tts.english.grammar import END, any_of, form
from wavenet.tts.english.numbers import MEASURED, SIGN, amount, cardinal, many, plain, signed
from wavenet.tts.english.tables import FUNCTION_WORDS, words
from wavenet.tts.english.things import is_bound
from wavenet.tts.english.units import COUNTRIES, CURRENCIES, CURRENCY_CODES, SCALE_WORDS, SCALES, counted, plural

_SYMBOL = f"(?P<currency>[{''.join(CURRENCIES)}])"
_CODE = f"(?P<code>{any_of(CURRENCY_CODES)})"
_SCALE = (
    rf"(?:[\s-]?(?P<word>(?i:{any_of(SCALE_WORDS)})){END}|\s?(?P<scale>bn|mn|tn|mil(?:\.(?=\s[a-z]))?|cr|Mrd\.?|Mio\.?){END}"
    rf"|(?P<letter>[kKmMbBtT]{{1,2}}){END}|{END})"
)
_NUMBER = rf"(?P<number>{MEASURED})"
_BEFORE = rf"(?:(?:(?P<country>(?:US|CA|AU|NZ|HK|SG)D|[A-Z]{{0,2}})|(?P<spaced>US|CA|AU|NZ|HK)\s){_SYMBOL}|{_CODE})\s?"
_BEHIND = rf"\s?(?:{_SYMBOL}|{_CODE}{END})"
_THOUSANDS_OF_EUROS = late(r"\d{1,3}\.\d{3}")
_WITH_POINTS = ("EUR", "kr", "DKK", "NOK", "SEK", "BRL", "IDR", "VND", "CLP", "COP", "ARS")
"""whose amounts often have a point before the thousands"""
_RACES = words("3k 5k 8k 10k 12k 15k 20k 21k 30k 50k 100k")
_RUN = words("run runs ran running race races walk walks walked jog jogs runner runners pace pb pr swim cycle")
"""beside these, a race is so many kilometers: 10k"""
_IN_MILLIONS = words(
    "people users followers subscribers downloads views likes dollars miles times customers members readers homes jobs"
)
"""2M of these are two million"""
_PRICED = words(
    "bill bills note notes coin coins banknote banknotes deal fine fee prize loan ticket tickets mansion "
    "bond bonds bid offer package budget project plan stake contract lawsuit settlement bailout home house jackpot "
    "question salary deposit check cheque gift donation grant fund investment"
)
"""before these, an amount is in the singular whatever is before it: two $20 bills"""
_SPAN_NEXT = late(r",\s\d+-[a-z]")
"""the $350m, 5-yr deal"""
_ROUND = {2: "hundreds", 3: "thousands", 4: "tens of thousands", 5: "hundreds of thousands", 6: "millions"}
_FEW = words("in and or of with two three four five six seven eight nine ten some few several many")
_NOTES = ("5", "10", "20", "50", "100")
_COSTING = words("cost costs costing only just for extra pay pays paid charge charges charged")
_AT_A_PRICE = words("was is were are it's of about under over another than and or another a") | {""}
_PENCE_NEXT = words("each off coin coins piece per stamp stamps")


def _money(match: re.Match[str], context: Context) -> list[str] | None:
    """$3.50, -€2m, 50¢, 1.234,56 €, USD 100, $3.5 million."""
    found = match.groupdict()
    scale = _scale(match)
    if scale is None or (match[0].endswith("Fr.") and is_name(after(match))):  # 5 Fr. Brown
        return None
    number = plain(found["number"])
    if (found["currency"] == "€" or found["code"] in _WITH_POINTS) and _THOUSANDS_OF_EUROS.fullmatch(number):
        number = number.replace(".", "")
    large, small = _names(match)
    sign = signed(found["sign"] or found.get("minus"))
    if scale:
        return [*sign, *amount(number), scale, *_named(match, context, large).split()]
    whole, _, cents = number.partition(".")
    one = _is_priced(match, context)
    if len(cents) != 2 or not small:
        alone = context.previous == "a" and number in _NOTES and after(match).lower() in ("", "and", "or")  # and a $10
        return [*sign, *amount(number), *([] if alone else counted("1" if one else number, large))]
    first = (
        [*cardinal(whole or "0"), *counted("1" if one else whole, large)] if int(whole or 0) or cents == "00" else []
    )
    rest = [*cardinal(cents), *counted("1" if one and small == "cent" else cents.lstrip("0"), small)]
    rest = rest if cents != "00" else []
    return [*sign, *first, *(["and"] if first and rest else []), *rest]


def _is_priced(match: re.Match[str], context: Context) -> bool:
    """Whether it says what a noun costs: a $5 bill, the £10 note."""
    if context.previous in ("a", "an") and _SPAN_NEXT.match(match.string, match.end()):
        return True
    if not is_bound(match):
        return False
    if match.string.startswith(("-a-", "-an-"), match.end()):  # the $4m-a-year contract
        return True
    return context.previous in ("a", "an") or after(match).lower() in _PRICED


def _named(match: re.Match[str], context: Context, name: str) -> str:
    return name if _is_priced(match, context) else plural(name)


def _round(match: re.Match[str], context: Context) -> list[str] | None:
    """$100s of millions, $20s; 1,000s of fans."""
    number, symbol = match["number"].replace(",", ""), match["currency"]
    zeros = len(number) - 1
    said = _ROUND.get(zeros) if number == "1" + zeros * "0" else None
    if not symbol:
        behind = "of" if match["scale"] else after(match).lower()
        return [*said.split(), *(["of", match["scale"]] if match["scale"] else [])] if said and behind == "of" else None
    if match["scale"]:
        return [*said.split(), "of", match["scale"], "of", *plural(CURRENCIES[symbol][0]).split()] if said else None
    if context.last.kind is Kind.NUMBER or context.previous in _FEW or not said:
        *first, last = cardinal(number)
        return [*([] if first == ["one"] else first), *many(last)]
    return [*said.split(), "of", *plural(CURRENCIES[symbol][0]).split()]


def _shillings(match: re.Match[str], context: Context) -> list[str]:
    """6s. 8d., as it was before 1971."""
    shillings, pence = match[1], match[2]
    return [*cardinal(shillings), *counted(shillings, "shilling"), "and", *cardinal(pence), *counted(pence, "penny")]


def _pence(match: re.Match[str], context: Context) -> list[str] | None:
    """It costs 50p; a 20p coin."""
    following = after(match).lower()
    told = following in FUNCTION_WORDS or not following
    priced = following in _PENCE_NEXT or context.previous in _COSTING
    priced = priced or (told and context.previous in _AT_A_PRICE)
    return [*cardinal(match["number"]), "penny" if match["number"] == "1" else "pence"] if priced else None


def _thousands(match: re.Match[str], context: Context) -> list[str]:
    """100.000 Euro."""
    return cardinal(match["number"].replace(".", ""))


def _names(match: re.Match[str]) -> tuple[str, str]:
    """The names of the main and the smaller unit, in the singular."""
    found = match.groupdict()
    if found["code"]:
        return CURRENCY_CODES[found["code"]]
    large, small = CURRENCIES[found["currency"]]
    country = found.get("country") or found.get("also") or found.get("spaced") or ""
    if country == "R":
        return CURRENCY_CODES["BRL"]
    return f"{COUNTRIES.get(country, ' '.join(country.lower()))} {large}".strip(), small


def _scale(match: re.Match[str]) -> str | None:
    """The word of a scale, ``""`` if there is none; None for letters that are not a scale."""
    if match["word"]:
        return match["word"].lower()
    written = match["scale"] or match["letter"]
    return SCALES.get(written.lower().rstrip(".")) if written else ""


def _range(match: re.Match[str], context: Context) -> list[str] | None:
    """$5-10, $5–10 million, $3.50-4.50."""
    scale, first, last = _scale(match), match["first"], match["number"]
    if scale is None:
        return None
    if "." in first + last and not scale:
        symbol = match[0].partition(first)[0]
        return [*context.say_alone(symbol + first), "to", *context.say_alone(symbol + last)]
    return [*amount(first), "to", *amount(last), *scale.split(), *_named(match, context, _names(match)[0]).split()]


def _scaled(match: re.Match[str], context: Context) -> list[str] | None:
    """5k, 3bn, 2.5M users, 3 million."""
    letter = match["letter"] or "k"
    counted = letter in "KMB" and after(match).lower() in _IN_MILLIONS
    alone = (
        letter in "MB" and re.match(r"[1-9]\d*\.\d", match["number"]) and not after(match)[:1].isalpha()
    )  # a cell of a table
    if letter != "k" and not (counted or alone):
        return None
    scale = _scale(match)
    if match[0] in _RACES and (
        any(read.text.lower() in _RUN for read in context.before[-2:]) or after(match).lower() in _RUN
    ):
        return [*amount(match["number"]), "k"]
    return [*signed(match["sign"]), *amount(match["number"]), scale] if scale else None


_RANGE = form(Kind.MONEY, rf"{_BEFORE}(?P<first>{MEASURED})\s?[-–]\s?{_NUMBER}{_SCALE}(?![-/]\d)", _range)
ROUND = (
    form(
        Kind.MONEY,
        rf"(?P<currency>[{''.join(CURRENCIES)}]|)(?P<number>\d{{1,3}}(?:,?\d{{3}})*|\d+)s(?:\sof\s(?P<scale>(?:thousand|million|billion|trillion)s)\b)?{END}",
        _round,
    ),
)
FIGURES = (
    form(Kind.NUMBER, r"(?P<number>\d{1,3}\.\d{3})(?=\s(?i:euros?|EUR)\b)", _thousands),
    form(Kind.MONEY, rf"(?P<number>\d\d?)p{END}", _pence),
    form(Kind.MONEY, rf"(\d\d?)s\.?,?\s(\d\d?)d(?:\.|{END})", _shillings),
    _RANGE,
    form(
        Kind.MONEY,
        rf"{SIGN}{_BEFORE}(?P<minus>[-−]?){_NUMBER}{_SCALE}(?:\s(?P<also>(?:US|CA|AU|NZ|HK|SG)D){END})?(?![.,]?\d|\s?%)",
        _money,
    ),
    form(Kind.MONEY, rf"{SIGN}{_NUMBER}(?:{_SCALE}|(?=[A-Z]{{3}}{END})){_BEHIND}", _money),
)
SCALED = (form(Kind.NUMBER, rf"{SIGN}{_NUMBER}{_SCALE}", _scaled),)
NAMES = (_RANGE, form(Kind.MONEY, rf"(?P<sign>){_BEFORE}(?P<minus>[-−]?){_NUMBER}{_SCALE}(?![.,]?\d|\s?%)", _money))
