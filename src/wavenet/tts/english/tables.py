"""What English writes short, and how it is said: abbreviations, units, money, signs, months.

In what is said, ``A`` is the name of the letter, ``a`` the article.
"""


def words(text: str) -> frozenset[str]:
    """Those between blanks."""
    return frozenset(text.split())


MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

ABBREVIATIONS = {
    "mr.": "mister", "mrs.": "missus", "ms.": "miz", "messrs.": "messieurs", "prof.": "professor", "rev.": "reverend",
    "hon.": "honorable", "gen.": "general", "col.": "colonel", "capt.": "captain", "lt.": "lieutenant",
    "sgt.": "sergeant", "gov.": "governor", "sen.": "senator", "rep.": "representative", "pres.": "president",
    "jr.": "junior", "sr.": "senior", "esq.": "esquire", "mt.": "mount", "ave.": "avenue", "blvd.": "boulevard",
    "rd.": "road", "ln.": "window", "hwy.": "highway", "sq.": "square", "apt.": "apartment", "bldg.": "building",
    "etc.": "et cetera", "e.g.": "for example", "eg.": "for example", "i.e.": "that is", "ie.": "that is",
    "vs.": "versus", "cf.": "compare", "al.": "al", "viz.": "namely", "approx.": "approximately",
    "est.": "established", "dept.": "department", "misc.": "miscellaneous", "tel.": "telephone",
    "inc.": "incorporated", "ltd.": "limited", "co.": "company", "corp.": "corporation", "bros.": "brothers",
    "assn.": "association", "assoc.": "associates", "univ.": "university", "govt.": "government",
    "intl.": "international", "ph.d.": "p h d", "ca.": "circa", "jan.": "january", "feb.": "february",
    "apr.": "april", "aug.": "august", "sept.": "september", "sep.": "september", "oct.": "october",
    "nov.": "november", "dec.": "december", "tue.": "tuesday", "tues.": "tuesday", "thu.": "thursday",
    "thur.": "thursday", "thurs.": "thursday", "fri.": "friday",
}  # fmt: skip
"""read so wherever they stand"""

BEFORE_NUMBER = {
    "no.": "number", "nos.": "numbers", "p.": "page", "pp.": "pages", "c.": "circa", "pg.": "page", "fig.": "figure",
    "figs.": "figures", "vol.": "volume", "ch.": "chapter", "chap.": "chapter", "sec.": "section", "art.": "article",
    "ver.": "version", "v.": "version", "ext.": "extension", "eq.": "equation", "rs.": "rupees", "op.": "opus",
    "mar.": "march",
    "jun.": "june", "jul.": "july", "mon.": "monday", "wed.": "wednesday", "sat.": "saturday", "sun.": "sunday",
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
    "vol": "volume", "fig": "figure", "pp": "pages", "ext": "extension",
}  # fmt: skip
"""read so before a digit only: without one most of them are words, or end a sentence"""

TITLES = {"mr": "mister", "mrs": "missus", "ms": "miz", "jr": "junior", "sr": "senior", "prof": "professor"}
"""read so without a period when they begin with a capital"""

WHOLE = {
    "phd": "p h d", "phds": "p h d's", "ok": "okay", "o.k.": "okay", "vs": "versus", "etc": "et cetera", "w/": "with",
    "w/o": "without", "c/o": "care of", "and/or": "and or", "24/7": "twenty four seven", "9/11": "nine eleven",
    "911": "nine one one", "n/a": "not applicable", "c++": "c plus plus", "i/o": "i o", "km/h": "kilometers per hour",
    "m/s": "meters per second", "n't": "not", "'n'": "and", "www": "w w w",
}  # fmt: skip
"""read so as they stand, in capitals or not"""

_PREFIXED = {
    "g": "gram", "m": "meter", "l": "liter", "L": "liter", "Hz": "hertz", "W": "watt", "Wh": "watt hour", "V": "volt",
    "B": "byte", "Pa": "pascal", "J": "joule", "F": "farad", "Ω": "ohm", "bps": "bit per second", "bit": "bit",
    "cal": "calorie", "s": "second", "A": "ampere", "N": "newton",
}  # fmt: skip
_PREFIXES = {
    "kilo": ("k", "g m l L Hz W Wh V B Pa J Ω bps bit cal N"), "mega": ("M", "Hz W Wh V B Pa J Ω bps bit"),
    "giga": ("G", "Hz W Wh B bps bit"), "tera": ("T", "Hz B bps"), "deci": ("d", "l L"), "centi": ("c", "m l L"),
    "milli": ("m", "g m l L W V s A"), "micro": ("μ", "g m l L W V s A F"), "nano": ("n", "g m s F"),
    "hecto": ("h", "Pa"),
}  # fmt: skip
_OTHER_UNITS = {
    "g": "gram", "m": "meter", "l": "liter", "L": "liter", "Hz": "hertz", "W": "watt", "Wh": "watt hour", "V": "volt",
    "J": "joule", "Ω": "ohm", "bps": "bit per second", "cal": "calorie", "KB": "kilobyte", "Kb": "kilobit",
    "Mb": "megabit", "Gb": "gigabit", "s": "second", "sec": "second", "secs": "second", "min": "minute",
    "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "yr": "year", "yrs": "year",
    "kmh": "kilometer per hour", "kph": "kilometer per hour", "mph": "mile per hour", "mpg": "mile per gallon",
    "rpm": "revolution per minute", "bpm": "beat per minute", "fps": "frame per second", "dpi": "dot per inch",
    "kΩ": "kilohm", "MΩ": "megohm", "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "lb": "pound",
    "lbs": "pound", "oz": "ounce", "gal": "gallon", "tsp": "teaspoon", "tbsp": "tablespoon",
    "psi": "pound per square inch", "ha": "hectare", "t": "ton", "dB": "decibel", "db": "decibel", "px": "pixel",
    "pt": "point", "pts": "point", "°C": "degree celsius", "°F": "degree fahrenheit", "m^2": "square meter",
    "km^2": "square kilometer", "cm^2": "square centimeter", "mm^2": "square millimeter", "ft^2": "square foot",
    "mi^2": "square mile", "m^3": "cubic meter", "cm^3": "cubic centimeter", "km^3": "cubic kilometer",
    "ft^3": "cubic foot", "sqft": "square foot",
}  # fmt: skip
UNITS = {
    sign + unit: name + _PREFIXED[unit] for name, (sign, units) in _PREFIXES.items() for unit in units.split()
} | _OTHER_UNITS
"""the name of one, after a number; between two a slash is *per*"""
CLOSE_UNITS = UNITS | {"in": "inch"}
"""with one that is a unit only where no space parts it from its number"""
_IRREGULAR = {"foot": "feet", "inch": "inches", "yen": "yen", "yuan": "yuan", "penny": "pence"}

CURRENCIES = {
    "$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""),
    "₹": ("rupee", "paisa"), "₽": ("ruble", "kopeck"), "₩": ("won", ""), "₿": ("bitcoin", ""), "¢": ("cent", ""),
}  # fmt: skip
CURRENCY_CODES = {
    "USD": "u s dollar", "EUR": "euro", "GBP": "british pound", "JPY": "japanese yen", "CAD": "canadian dollar",
    "AUD": "australian dollar", "CHF": "swiss franc", "CNY": "chinese yuan", "INR": "indian rupee",
}  # fmt: skip
COUNTRIES = {"US": "u s", "C": "canadian", "CA": "canadian", "A": "australian", "AU": "australian", "NZ": "new zealand",
             "HK": "hong kong"}  # fmt: skip
SCALES = {"k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion", "bn": "billion",
          "t": "trillion", "tn": "trillion"}  # fmt: skip
SCALE_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion"})

SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "#": "pound", "/": "slash", "\\": "backslash",
    "°": "degrees", "×": "times", "÷": "divided by", "±": "plus or minus", "≈": "about", "≠": "is not equal to",
    "≤": "less than or equal to", "≥": "greater than or equal to", "√": "square root of", "∞": "infinity", "→": "to",
    "<": "less than", ">": "greater than", "§": "section", "©": "copyright", "‰": "per mille", "^": "to the power of",
    "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees", "₽": "rubles", "₩": "won",
    "₿": "bitcoins", "¢": "cents", "−": "minus", "′": "", "″": "", "∑": "sum",
}  # fmt: skip
ADDRESS_SIGNS = SIGNS | {".": "dot", "-": "dash", "_": "underscore", "~": "tilde", ":": "colon", "?": "question mark",
                         "=": "equals", "!": "exclamation mark", ",": "comma", ";": "semicolon"}  # fmt: skip

REGNAL = words(
    "henry louis elizabeth george william edward charles james john paul pius benedict richard philip napoleon "
    "gregory innocent leo clement alexander nicholas catherine frederick ferdinand francis peter ivan mary robert "
    "alfonso ramses ptolemy darius xerxes umberto wilhelm otto boniface urban sixtus julius haakon christian gustav "
    "gustavus carl margrethe baudouin albert rainier juan henri felipe isabella victor"
)
"""whose Roman numeral is an ordinal: Henry the eighth"""
NUMBERED = words(
    "chapter part volume book act scene section appendix war title phase type class stage article episode season bowl "
    "verse canto lesson unit level grade exhibit figure table schedule division corps legion symphony sonata opus "
    "mark factor"
)
"""whose Roman numeral is a cardinal: chapter four"""

DATED = words("on by until till since from before after due dated date born died expires")
"""behind these 3/4 is a date"""
TEMPORAL = words(
    "in since until till from before after during circa year years early mid late spring summer autumn fall winter "
    "christmas easter copyright of by"
) | frozenset(MONTHS)
"""behind these four digits are a year"""
NOT_COUNTED = words("was has this his is does thus across versus perhaps always as its yes plus minus equals")
COUNTED = words("people men women children feet percent million times more other different new dollars")
DIGIT_BY_DIGIT = words("zip code pin extension ext ext. pincode passcode password flight dial")

LEADING_APOSTROPHE = words("'em 'tis 'twas 'til 'cause 'bout 'n 's 'd 'll 're 've 'm 'round 'twere 'twill")
STARTERS = words(
    "the it he she they we you i this that these those there here in on at but and so if when while after before then "
    "what who why how where which my your his her its our their for as to do does did is are was were no yes not "
    "please however also now today once all some many most every each one let let's it's i'm he's she's we're they're "
    "that's there's don't"
)
"""words which, capitalised, show that the period of an abbreviation before them ended a sentence too"""
PREPOSITIONS = words("in at from to near of by for on with and the mount port fort lake cape east west north south")

SHORT_WORDS = words(
    "a i am an as at be by do go he if in is it me my no of oh on or so to up us we all and any are ask ate bad bed "
    "big boy bug but buy bye can car cat cut day did die dog eat end far few fix for fun get god got guy had has her "
    "hey hi him his hit hot how its job joy key kid law let lie lol lot low mad man may men new nor not now off old "
    "one our out own pay put ran red run sad sat say sea see set she sit six sky son sun ten the tie too top try two "
    "use war was way wet who why win won wow yes yet you zoo able also area away baby back ball bank bath bear beat "
    "been best bill bird blue boat body book born both burn busy call came card care case cash city club cold come "
    "cook cool cost dark data date dead dear deep does done door down draw drop dumb each easy edge else even ever "
    "evil exit face fact fail fair fall fast fear feel feet fell file fill find fine fire fish five flat fool foot "
    "four free from full game gave gift girl give glad goes gold gone good grow hair half hall hand hang hard hate "
    "have head hear heat hell help here hero hide high hold home hope host hour huge hurt idea into item jump just "
    "keep kick kids kill kind king kiss knew know lack lady land last late lazy left less life lift like line list "
    "live long look lord lose loss lost loud love luck made mail main make many mean meat meet menu mind mine miss "
    "moon more most move much must name near neck need news next nice nine none note once only open over page paid "
    "pain park part pass past pick plan play plus poor pull pure push rain read real rest rich ride ring rise road "
    "rock role room rule safe said sale same sand save seat seem seen self sell send shop shot show shut sick side "
    "sign sing size slow snow soft some song soon stay step stop such sure swim take talk task team tell test text "
    "than that them then they this time told took town tree true turn type ugly upon used very view visa vote wait "
    "wake walk wall want warm wash week well went were west what when whom wide wife wild will wind wine wish with "
    "word work worm yeah year your zero nasa nato opec nafta aids ikea lego fifa nike"
)
"""words of up to four letters that are words in capitals too, as far as no dictionary is at hand"""
SPELLED = words("it us who un am pm id ip os uk eu ai tv pc la dc hr pr er ir vip faq ceo")
"""words of a dictionary that in capitals, among words that are not, are letters"""
INTERJECTIONS = r"h+m+|m+h*m+|sh+h|z+|b+rr+|p+f+t+|p+s+t+|t+s+k|g+r+|nth"


def plural(name: str) -> str:
    """Many of ``kilometer per hour``, of ``square foot``."""
    head, per, rest = name.partition(" per ")
    if head.startswith("degree"):
        return "degrees" + name[len("degree") :]
    *words, last = head.split(" ")
    last = last if last.endswith("hertz") else _IRREGULAR.get(last, last + "s")
    return " ".join([*words, last]) + per + rest


FUNCTION_WORDS = words(
    "a an the and or but nor if than as that because while though until unless of to in on at by for from with "
    "into onto about over under after before between through during without within against among toward towards "
    "upon off out up down i me my mine you your yours he him his she her hers it its we us our ours they them "
    "their theirs this these those who whom whose which what be am is are was were been being do does did have "
    "has had having will would shall should can could may might must i'm you're he's she's it's we're they're "
    "i've you've we've they've i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd they'd "
    "isn't aren't wasn't weren't there some any so not no"
)
"""seldom stressed in a sentence"""
