"""Where one reading ends and the next begins: the last number that is read so, and the first that is not.

``short.tsv`` has texts of one form each, so that nothing but the form itself decides.
"""

from pathlib import Path

import pytest

from tests.tts.english.test_cases import told
from wavenet.tts.english.numbers import cardinal, plain

LIMITS = {
    "a day and a month": [
        ("13/12", "december thirteenth ."),
        ("13/10", "october thirteenth ."),
        ("13/9", "thirteen ninths ."),
        ("31/12", "december thirty first ."),
        ("32/12", "thirty two twelfths ."),
        ("2/15", "two fifteenths ."),
        ("2/16", "two sixteenths ."),
        ("2/20 of it", "two twentieths of it ."),
        ("2/24", "two twenty fourths ."),
        ("2/25 of it", "two twenty fifths of it ."),
        ("1/13", "one thirteenth ."),
        ("12/13", "december thirteenth ."),
        ("5/23 of it", "five twenty thirds of it ."),
        ("3/1-3/5 and 3/1–3/31", "march first to march fifth and march first to march thirty first ."),
        *((f"2/{day}", f"february {said} .") for day, said in {
            13: "thirteenth", 14: "fourteenth", 17: "seventeenth", 18: "eighteenth", 19: "nineteenth",
            21: "twenty first", 22: "twenty second", 23: "twenty third", 26: "twenty sixth", 27: "twenty seventh",
            28: "twenty eighth", 29: "twenty ninth", 30: "thirtieth", 31: "thirty first",
        }.items()),
    ],
    "a fraction": [
        ("99/2", "ninety nine halves ."),
        ("100/3", "one hundred over three ."),
        ("1/100 of it", "one one hundredth of it ."),
        ("1/101", "one over one hundred one ."),
        ("3/1 cups", "three over one cups ."),
        ("9/9", "nine ninths ."),
        ("10/10", "ten ten ."),
        ("99/1", "ninety nine one ."),
        ("4/5 stars", "four out of five stars ."),
        ("4/4 stars", "four quarters stars ."),
        ("5/10", "five out of ten ."),
        ("5/100", "five out of one hundred ."),
        ("9/10 dentists", "nine out of ten dentists ."),
    ],
    "a time": [
        ("24:00", "twenty four hundred ."),
        ("25:00", "twenty five to zero ."),
        ("0:00", "zero hundred ."),
        ("12:00", "twelve o'clock ."),
        ("13:00", "thirteen hundred ."),
        ("10:30:01", "ten thirty and one second ."),
        ("10:30:02", "ten thirty and two seconds ."),
        ("0600 hours", "oh six hundred hours ."),
        ("0000 hours", "zero hundred hours ."),
        ("0005 hours", "oh oh five hours ."),
        ("0905 hrs", "oh nine oh five hours ."),
        ("at 1430 hours", "at fourteen thirty hours ."),
        ("1h 2m, 2h 1m", "one hour two minutes , two hours one minute ."),
        ("1m 1s, 5m 30s", "one minute one second , five minutes thirty seconds ."),
        ("1h 2m 3s", "one hour two minutes three seconds ."),
        ("UTC-5, GMT+5:30, UTC+00:00", "u t c minus five , g m t plus five thirty , u t c plus zero ."),
    ],
    "a unit": [
        ('it is 40°42\'46"N', "it is forty degrees forty two minutes forty six seconds north ."),
        ("90° W", "ninety degrees west ."),
        ("30° 15' 1\"", "thirty degrees fifteen minutes one second ."),
        ('a 3" pipe is 3" thick', "a three inch pipe is three inches thick ."),
        ("5' 2 1/2\"", "five feet two and a half inches ."),
        ("6'1\"", "six feet one inch ."),
        ("12 st 5 lb", "twelve stone five pounds ."),
        ("1 c. flour, 2 c. milk", "one cup flour , two cups milk ."),
        ("5 y/o boy, 3yo", "five year old boy , three year old ."),
        ("5 ft 10 in, 1 ft 1 in, 3 in wide", "five feet ten inches , one foot one inch , three inches wide ."),
        ('1/2" pipe, 2 1/2" pipe', "one half inch pipe , two and a half inch pipe ."),
        ("3/4 tsp, 1 1/2 cups", "three quarters teaspoon , one and a half cups ."),
        ("120/80 mmHg", "one hundred twenty over eighty millimeters of mercury ."),
        ("sq. ft, cu. yd, sq meters", "square feet , cubic yards , square meters ."),
        ("mmol/L and kg/m3", "millimoles per liter and kilograms per cubic meter ."),
        ("a 90° turn, 90° is, a 5 km run", "a ninety degree turn , ninety degrees is , a five kilometer run ."),
        ("1 kg, 0 kg, 1.5 kg, -1 °C", "one kilogram , zero kilograms , one point five kilograms , "
         "minus one degree celsius ."),
        ("12,5 degrees", "twelve point five degrees ."),
    ],
    "digits one by one": [
        ("123456", "one hundred twenty three thousand four hundred fifty six ."),
        ("1234567", "one two three four five six seven ."),
        ("1234000", "one million two hundred thirty four thousand ."),
        ("123456789012000", "one hundred twenty three trillion four hundred fifty six billion seven hundred eighty "
         "nine million twelve thousand ."),
        ("1000000000000000", " ".join(["one", *["zero"] * 15]) + " ."),
        ("007 00 0 01", "zero zero seven zero zero zero zero one ."),
        ("call 100 now, text 1234", "call one hundred now , text twelve thirty four ."),
        ("text 12345", "text one two three four five ."),
    ],
    "a year": [
        ("1100 or 1099", "eleven hundred or one thousand ninety nine ."),
        ("2099 or 2100", "twenty ninety nine or two thousand one hundred ."),
        ("in 1000, in 999", "in one thousand , in nine hundred ninety nine ."),
        ("in 2999, in 3000", "in twenty nine ninety nine , in three thousand ."),
        ("1999 bricks, 1999 bus", "one thousand nine hundred ninety nine bricks , nineteen ninety nine bus ."),
        ("2000%", "two thousand percent ."),
        ("2023/24, 2023/25", "twenty twenty three twenty four , two thousand twenty three over twenty five ."),
        ("1914–18, 999/01", "nineteen fourteen to eighteen , nine hundred ninety nine over one ."),
        ("5/1950, 5/1949, 05/1949", "may nineteen fifty , may nineteen forty nine , may nineteen forty nine ."),
        ("13/2024, 5/2100", "thirteen over two thousand twenty four , five over two thousand one hundred ."),
        ("in '99, since '05, in '00", "in ninety nine , since oh five , in oh oh ."),
        ("1910s, 20s, 100s", "nineteen tens , twenties , one hundreds ."),
    ],
    "a date": [
        ("May 31, May 32", "may thirty first , may thirty two ."),
        ("31 May", "the thirty first of may ."),
        ("3 March to 5 April", "the third of march to the fifth of april ."),
        ("12/31/99", "december thirty first ninety nine ."),
        ("31.12.1999", "december thirty first nineteen ninety nine ."),
        ("12-31-1999", "december thirty first nineteen ninety nine ."),
        ("1/13/2024, 13/1/2024", "january thirteenth twenty twenty four , january thirteenth twenty twenty four ."),
        ("2024/1/2", "january second twenty twenty four ."),
        ("15/Mar/24", "march fifteenth twenty four ."),
        ("1-May-00, 1-May-05", "may first oh oh , may first oh five ."),
        ("Mar. 5, mar 5, Mar is", "march fifth , mar five , mar is ."),
        ("Jan: closed, Mon 9-5, Fri night", "january : closed , monday nine to five , friday night ."),
        ("on Wed we, on wed we", "on wednesday we , on wed we ."),
        ("June-July, Mon-Fri", "june to july , monday to friday ."),
    ],
    "an ordinal": [
        ("11th 12th 13th 21st 111th 112th", "eleventh twelfth thirteenth twenty first one hundred eleventh "
         "one hundred twelfth ."),
        ("1th, 22th", "first , twenty second ."),
        ("2d Cir. 5", "second circuit five ."),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", LIMITS)
def test_each_text_at_a_limit_is_said_so(kind: str) -> None:
    said = dict(LIMITS[kind])
    assert {text: told(text) for text in said} == said


SHORT = [line.split("\t") for line in Path(__file__).with_name("short.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, _, _ in SHORT))
def test_a_form_that_stands_alone_is_said_so(kind: str) -> None:
    said = {text: words for own, text, words in SHORT if own == kind}
    assert {text: told(text) for text in said} == said


@pytest.mark.parametrize(
    ("number", "same"),
    [
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("12,34,567", "1234567"),
        ("1.000.000", "1000000"),
        ("1'000", "1000"),
        ("1_000", "1000"),
        ("1 000", "1000"),
        ("0,125", "0.125"),
        ("1,125", "1125"),
        ("1,12", "1.12"),
        (".5", ".5"),
    ],
)
def test_a_comma_is_decimal_where_three_digits_would_not_follow_it(number: str, same: str) -> None:
    assert plain(number) == same


def test_powers_of_a_thousand_have_names_up_to_the_decillion() -> None:
    for power, name in enumerate(("thousand", "million", "billion", "trillion", "quadrillion", "quintillion",
                                  "sextillion", "septillion", "octillion", "nonillion", "decillion"), 1):  # fmt: skip
        assert cardinal(str(1000**power)) == ["one", name]
