"""Units of measurement and money: how they are written, and their names.

A unit is one from a table, squared or cubed, or several of them with slashes (*per*), points or hyphens: ``kg/m3``,
``sq. ft.``, ``N·m``, ``ft-lb``.
"""

import re

from wavenet.patterns import late
from wavenet.tts.english.grammar import any_of
from wavenet.tts.english.tables import words

_PREFIXED = {
    "g": "gram", "m": "meter", "l": "liter", "L": "liter", "Hz": "hertz", "W": "watt", "Wh": "watt hour", "V": "volt",
    "B": "byte", "Pa": "pascal", "J": "joule", "F": "farad", "Ω": "ohm", "bps": "bit per second", "bit": "bit",
    "cal": "calorie", "s": "second", "A": "ampere", "Ah": "ampere hour", "N": "newton", "mol": "mole", "bar": "bar",
    "eV": "electronvolt", "Sv": "sievert", "Gy": "gray", "VA": "volt ampere", "M": "mole per liter", "b": "bit",
    "Bps": "byte per second", "t": "ton",
}  # fmt: skip
_PREFIXES = {
    "kilo": ("k", "g m l L Hz W Wh V B Pa J Ω bps bit cal N mol bar eV VA t"),
    "mega": ("M", "Hz W Wh V B Pa J Ω bps bit N b eV Bps t"), "giga": ("G", "Hz W Wh B Pa J bps bit b eV Bps t"),
    "tera": ("T", "Hz B W Wh bps b"), "peta": ("P", "B"), "hecto": ("h", "Pa"), "deci": ("d", "l L m"),
    "centi": ("c", "m l L"), "milli": ("m", "m g m l L W V s A Ah mol bar Sv M J"),
    "micro": ("μ", "g m l L W V s A F mol Sv M"), "nano": ("n", "g m s F mol M"), "pico": ("p", "g F mol s"),
}  # fmt: skip
_ALONE = {unit: _PREFIXED[unit] for unit in words("g m l L Hz W Wh V J Ω bps Ah cal s t eV mol Sv")}
_OTHER = {
    "kΩ": "kilohm", "MΩ": "megohm", "KB": "kilobyte", "Kb": "kilobit", "mcg": "microgram", "ug": "microgram",
    "um": "micrometer",
    "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "mos": "month", "mo": "month", "mth": "month",
    "mths": "month", "kmh": "kilometer per hour",
    "kph": "kilometer per hour", "mph": "mile per hour", "mpg": "mile per gallon", "rpm": "revolution per minute",
    "bpm": "beat per minute", "fps": "frame per second", "dpi": "dot per inch", "doz": "dozen", "ppi": "pixel per inch",
    "ppm": "part per million", "ppb": "part per billion", "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile",
    "nmi": "nautical mile", "lb": "pound", "lbs": "pound", "oz": "ounce", "gal": "gallon", "gals": "gallon",
    "qt": "quart", "qts": "quart", "bbl": "barrel", "tsp": "teaspoon", "tbsp": "tablespoon", "tbs": "tablespoon",
    "floz": "fluid ounce", "psi": "pound per square inch", "ha": "hectare", "cc": "cubic centimeter", "dB": "decibel",
    "dBA": "A weighted decibel", "px": "pixel", "pt": "point", "pts": "point", "pcs": "piece", "hp": "horsepower",
    "bhp": "brake horsepower",
    "kt": "knot", "kts": "knot", "kn": "knot", "lm": "lumen", "lx": "lux", "ct": "carat", "wpm": "word per minute",
    "pct": "percent", "mEq": "milliequivalent", "Nm": "newton meter", "lbf": "pound of force",
    "kgf": "kilogram of force", "KM/H": "kilometer per hour", "KiB": "kibibyte", "MiB": "mebibyte",
    "GiB": "gibibyte", "TiB": "tebibyte",
    "deg": "degree", "degs": "degree", "degC": "degree celsius", "degF": "degree fahrenheit",
    "AU": "astronomical unit", "NM": "nautical mile",
    "HRs": "home run", "BR": "bedroom", "bdrm": "bedroom", "bdrms": "bedroom",
    "ov": "over", "wkt": "wicket", "wkts": "wicket",
    "pk": "pack", "pkg": "package", "pkgs": "package",
    "MMBtu": "million b t u", "inHg": "inch of mercury", "torr": "torr", "dBm": "decibel milliwatt",
     "cd": "candela", "Bq": "becquerel",
    "rad": "radian", "atm": "atmosphere", "mmHg": "millimeter of mercury", "BTU": "b t u",
    "cfm": "cubic foot per minute",
    "ly": "light year", "IU": "international unit", "°": "degree", "°C": "degree celsius", "°F": "degree fahrenheit",
    "°K": "degree kelvin", "sqft": "square foot", "sqm": "square meter", "sqkm": "square kilometer",
    "sqmi": "square mile", "cuft": "cubic foot", "%": "percent", "‰": "per mille",
}  # fmt: skip
UNITS = (
    {sign + unit: name + _PREFIXED[unit] for name, (sign, units) in _PREFIXES.items() for unit in units.split()}
    | _ALONE
    | _OTHER
)
"""names in the singular, after a number"""
_WITHIN = UNITS | _PREFIXED | {"in": "inch", "d": "day", "day": "day", "mo": "month", "month": "month", "year": "year",
                               "week": "week", "hour": "hour", "minute": "minute", "second": "second", "K": "kelvin",
                               "person": "person", "dL": "deciliter", "user": "user", "ea": "each",
                               "U": "unit"}  # fmt: skip
"""including those that are units only within others"""
_ANY_CASE = {
    unit.lower(): UNITS[unit]
    for unit in words(
        "kWh MWh GWh TWh mAh psi mL dL kg km cm mm mph kph rpm Hz kHz MHz GHz THz KB MB GB TB kbps Mbps Gbps dB lb lbs "
        "oz ft yd mpg ppm ppb kcal hp kV kW dpi fps bpm mcg mg hr hrs min mins sec secs tsp tbsp psi sqft gal kts BTU"
    )
}
"""units that may be written in capitals or lower case"""
DOTTED_UNITS = words(
    "pct deg degs doz min mins sec secs hr hrs yr yrs wk wks oz lb lbs ft in yd yds mi gal gals qt qts tsp tbsp tbs "
    "mo mos mth mths pt pts ea pkg pkgs"
)
"""units often written with a period"""
_LENGTHS = words("m km cm mm dm μm ft in yd mi")
TIMES = words("second minute hour day week month quarter year night capita person head unit decade annum")
SHORT_TIMES = TIMES | words("s sec min h hr d wk mo mth yr")
"""after a slash, *per* comes before these: two litres/day"""


_RAISED = r"(?:\^?[23](?!\d))?"
_DOTTED = rf"(?i:{any_of(DOTTED_UNITS)})\."
LENGTH_NAMES = words(
    "meters metres feet miles inches yards kilometers kilometres centimeters meter foot mile inch yard"
)
_SQUARE = rf"(?i:sq|cu)(?:\.\s?|\s){any_of(_LENGTHS)}\b\.?"
WITHIN = rf"(?:{_SQUARE}|{_DOTTED}|{any_of(_WITHIN)}{_RAISED})"
"""a pattern of a unit within another one, or after *per*"""
_FIRST = (
    rf"(?:{_SQUARE}|fl\.?\s?oz\b\.?|mm\sHg\b|(?:°|deg\.?)\s[CFK]\b|{_DOTTED}"
    rf"|(?:{any_of(UNITS)}|(?i:{any_of(_ANY_CASE)})){_RAISED}|{any_of(_PREFIXED)}(?=[·*])|U(?=/))"
)
PATTERN = rf"{_FIRST}(?:[/·*]{WITHIN}|/\({WITHIN}(?:[·*]{WITHIN}){{1,2}}\)|-(?:lbs?|ft|in|h|hr|oz)\b\.?){{0,3}}"
"""a pattern of a unit"""
_POWER = late(r"(.*?)\^?([23])")
_IRREGULAR = {"stone": "stone", "dozen": "dozen", "lira": "lira", "paisa": "paise", "torr": "torr", "u": "u",
    "shekel": "shekels", "zloty": "zlotys", "dong": "dong", "naira": "naira", "forint": "forint",
    "ringgit": "ringgit", "rupiah": "rupiah", "foot": "feet", "inch": "inches", "yen": "yen", "yuan": "yuan",
    "penny": "pence", "baht": "baht",
              "rand": "rand", "won": "won", "hertz": "hertz", "horsepower": "horsepower", "lux": "lux",
              "percent": "percent", "mille": "mille", "person": "people", "krona": "kronor", "krone": "kroner",
              "real": "reais"}  # fmt: skip

CURRENCIES = {
    "$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""), "₹": ("rupee", "paisa"),
    "₺": ("lira", ""), "₪": ("shekel", ""), "₱": ("peso", "centavo"), "฿": ("baht", ""), "₫": ("dong", ""),
    "₴": ("hryvnia", ""), "₦": ("naira", "kobo"), "₽": ("ruble", "kopeck"), "₩": ("won", ""), "₿": ("bitcoin", ""),
    "¢": ("cent", ""),
}  # fmt: skip
"""names of the main and the smaller unit, in the singular"""
CURRENCY_CODES = {
    "USD": ("u s dollar", "cent"), "EUR": ("euro", "cent"), "GBP": ("british pound", "penny"),
    "JPY": ("japanese yen", ""), "CAD": ("canadian dollar", "cent"), "AUD": ("australian dollar", "cent"),
    "CHF": ("swiss franc", "centime"), "CNY": ("chinese yuan", ""), "RMB": ("chinese yuan", ""),
    "INR": ("indian rupee", "paisa"), "NZD": ("new zealand dollar", "cent"), "HKD": ("hong kong dollar", "cent"),
    "SGD": ("singapore dollar", "cent"), "MXN": ("mexican peso", "centavo"), "BRL": ("brazilian real", "centavo"),
    "ZAR": ("south african rand", "cent"), "SEK": ("swedish krona", ""), "NOK": ("norwegian krone", ""),
    "DKK": ("danish krone", ""), "RUB": ("russian ruble", "kopeck"), "KRW": ("korean won", ""),
    "THB": ("thai baht", ""), "PHP": ("philippine peso", "centavo"), "PKR": ("pakistani rupee", ""),
    "TRY": ("turkish lira", ""), "AED": ("u A e dirham", ""), "SAR": ("saudi riyal", ""), "Rs": ("rupee", "paisa"),
    "Rs.": ("rupee", "paisa"),  "kr": ("krone", ""), "zł": ("zloty", ""), "Kč": ("koruna", ""),
    "Fr.": ("franc", "centime"), "SFr.": ("swiss franc", "centime"),
    "PLN": ("polish zloty", ""), "CZK": ("czech koruna", ""), "HUF": ("hungarian forint", ""),
    "ILS": ("israeli shekel", ""),
    "MYR": ("malaysian ringgit", "sen"), "IDR": ("indonesian rupiah", ""), "VND": ("vietnamese dong", ""),
    "TWD": ("taiwan dollar", ""), "EGP": ("egyptian pound", ""),
    "NGN": ("nigerian naira", ""),  "BTC": ("bitcoin", ""), "ETH": ("ether", ""),
}  # fmt: skip
COUNTRIES = {
    "US": "u s", "USD": "u s", "CAD": "canadian", "AUD": "australian", "NZD": "new zealand", "HKD": "hong kong",
    "SGD": "singapore",  "C": "canadian", "CA": "canadian", "A": "australian", "AU": "australian", "NZ": "new zealand",
    "HK": "hong kong", "S": "singapore", "MX": "mexican", "NT": "taiwan",
}  # fmt: skip
"""prefixes of the sign of a currency"""
SCALES = {
    "k": "thousand", "m": "million", "mn": "million", "mm": "million", "mil": "million", "b": "billion",
    "bn": "billion", "mrd": "billion", "mio": "million", "t": "trillion", "tn": "trillion", "cr": "crore",
}  # fmt: skip
SCALE_WORDS = words("hundred thousand million billion trillion quadrillion lakh lakhs crore crores")


_NO_BRACKETS = str.maketrans("", "", "()")


def unit(text: str, within: bool = False) -> str | None:
    """The name of a unit, ``kilogram per cubic meter`` for ``kg/m3``; or None.

    Args:
        text: as matched by ``PATTERN``.
        within: whether it is within another unit, or after *per*.
    """
    above, *below = text.translate(_NO_BRACKETS).split("/")
    parts = [_product(above, within or bool(below)), *(_product(part, within=True) for part in below)]
    if all(parts):
        return " per ".join(parts)  # type: ignore[arg-type]
    return unit(text.lower(), within) if text.isupper() and below else None


def _product(text: str, within: bool) -> str | None:
    factors = re.split("[·*-]", text)
    names = [_single(factor, within or len(factors) > 1) for factor in factors]
    return " ".join(names) if all(names) else None  # type: ignore[arg-type]


def _single(text: str, within: bool) -> str | None:
    """The name of a unit without slashes: ``km2``, ``sq. ft.``, ``kWh``."""
    bare = re.sub(r"[.\s]", "", text)
    units = _WITHIN if within else UNITS
    if bare in units:
        return units[bare]
    if match := _POWER.fullmatch(bare):
        base, power = _WITHIN.get(match[1]), match[2]
        if base is None:
            return None
        if match[1] in _LENGTHS:
            return f"{'square' if power == '2' else 'cubic'} {base}"
        return f"{base} {'squared' if power == '2' else 'cubed'}"
    for sign, name in (("sq", "square"), ("cu", "cubic"), ("fl", "fluid")):
        if bare.lower().startswith(sign) and (of := _single(bare[2:], within=True)):
            return f"{name} {of}"
    return _ANY_CASE.get(bare.lower())


def plural(name: str) -> str:
    """The plural of ``kilometer per hour``, of ``square foot``."""
    head, per, rest = name.partition(" per ")
    if head.startswith("degree"):
        return "degrees" + name[len("degree") :]
    if head.endswith((" squared", " cubed")):
        base, _, power = head.rpartition(" ")
        return f"{plural(base)} {power}{per}{rest}"
    if " of " in head:
        base, of, what = head.partition(" of ")
        return plural(base) + of + what + per + rest
    *before, last = head.split(" ")
    last = last if last.endswith("hertz") else _IRREGULAR.get(last, last + "s")
    return " ".join([*before, last]) + per + rest


def counted(number: str, name: str) -> list[str]:
    """The words of a unit or currency after a number."""
    return (name if number in ("1", "1.0") else plural(name)).split()
