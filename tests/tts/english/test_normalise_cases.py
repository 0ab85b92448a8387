"""What is said for what is hard to read: each line has a text and its words, sentences parted by a bar."""

import pytest

from wavenet.tts.english.normalise import Mark, Word, sentences

CASES = [
    # numbers
    ("1999", "nineteen ninety nine ."),
    ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven ."),
    (
        "1\u202f234\u202f567 or 12\xa0000",
        "one million two hundred thirty four thousand five hundred sixty seven or twelve thousand .",
    ),
    ("0 10 100 1,000", "zero ten one hundred one thousand ."),
    ("3.14 and .5 and 2.0", "three point one four and point five and two point zero ."),
    ("It is -7, −7.5 or ±2.", "it is minus seven , minus seven point five or plus or minus two ."),
    ("1,2,3", "one , two , three ."),
    ("3rd 21st 112th 1,000th", "third twenty first one hundred twelfth one thousandth ."),
    ("agent 007", "agent zero zero seven ."),
    ("1000000 and 8675309", "one million and eight six seven five three zero nine ."),
    (
        "v2.0, 1.2.3, 192.168.1.1",
        "v two point zero , one point two point three , one nine two dot one six eight dot one dot one .",
    ),
    ("1/2, 3/4, 5/8, 1/3", "one half , three quarters , five eighths , one third ."),
    ("2 1/2 cups, 2½ cups, ¾ cup", "two and a half cups , two and a half cups , three quarters cup ."),
    ("22/7 17/230 5/0", "twenty two sevenths seventeen over two hundred thirty five over zero ."),
    ("5–7 or 5-7 or 5 – 7", "five to seven or five to seven or five to seven ."),
    ("50-50, 24/7, 9/11", "fifty fifty , twenty four seven , nine eleven ."),
    ("16:9 and 3.5:1", "sixteen to nine and three point five to one ."),
    ("1920x1080, 5×3", "nineteen twenty by ten eighty , five times three ."),
    ("1" * 40, " ".join(["one"] * 40) + " ."),
    ("٣ ５ ② 10⁵", "three five two ten to the power of five ."),
    # years, dates, times
    (
        "in 1905, 1900, 2000, 2007, 2010",
        "in nineteen oh five , nineteen hundred , two thousand , two thousand seven , twenty ten .",
    ),
    ("since 1066 but 1066 bricks", "since ten sixty six but one thousand sixty six bricks ."),
    ("1500 people ran 2000 km", "one thousand five hundred people ran two thousand kilometers ."),
    (
        "the 1900s, 1990s, '90s, 80s, 2010s",
        "the nineteen hundreds , nineteen nineties , nineties , eighties , twenty tens .",
    ),
    ("1999–2001, 1999's", "nineteen ninety nine to two thousand one , nineteen ninety nine's ."),
    ("10:30, 10:05 a.m., 5 pm, 5PM", "ten thirty , ten oh five A m , five p m , five p m ."),
    (
        "10:00, 10:00 am, 14:00, 14:30, 0:15",
        "ten o'clock , ten A m , fourteen hundred , fourteen thirty , zero fifteen .",
    ),
    ("9am–5pm, 10:30-11:30", "nine A m to five p m , ten thirty to eleven thirty ."),
    ("at 5 p.m. She left at 6 p.m. Tuesday", "at five p m . | she left at six p m tuesday ."),
    ("10:30:15", "ten thirty and fifteen seconds ."),
    ("on 3/4 but 3/4 of it", "on march fourth but three quarters of it ."),
    (
        "2024-05-06, 5/6/2024, 24.12.2025",
        "may sixth twenty twenty four , may sixth twenty twenty four , december twenty fourth twenty twenty five .",
    ),
    ("25/12/1999", "december twenty fifth nineteen ninety nine ."),
    ("May 3, 2024. 3 May. The 4 July.", "may third , twenty twenty four . | the third of may . | the fourth of july ."),
    ("Jan. 5, Sept 6, May 3–5", "january fifth , september sixth , may third to fifth ."),
    ("You may 3 times", "you may three times ."),
    # money, measures
    (
        "$3.50, $1, $0.50, $5.00, $0.01",
        "three dollars and fifty cents , one dollar , fifty cents , five dollars , one cent .",
    ),
    (
        "£5, £2.50, €2m, 50¢, ¥500, 5€",
        "five pounds , two pounds and fifty pence , two million euros , fifty cents , five hundred yen , five euros .",
    ),
    (
        "$3.5 million, $1,234.56",
        "three point five million dollars , one thousand two hundred thirty four dollars and fifty six cents .",
    ),
    (
        "-$5, A$5, 100 USD, $5-10, $5/month",
        "minus five dollars , five australian dollars , one hundred u s dollars , five to ten dollars , "
        "five dollars per month .",
    ),
    ("20%, 3.5 %, 5-10%", "twenty percent , three point five percent , five to ten percent ."),
    (
        "5 kg, 1 kg, 5kg, 1.5 L, 5–7 km",
        "five kilograms , one kilogram , five kilograms , one point five liters , five to seven kilometers .",
    ),
    ("20 °C, -5°C, 90°", "twenty degrees celsius , minus five degrees celsius , ninety degrees ."),
    (
        "3 km/h, 60 mph, 1 m/s, 100 MB/s",
        "three kilometers per hour , sixty miles per hour , one meter per second , one hundred megabytes per second .",
    ),
    ("5'10\", 6′2″, 12″", "five feet ten inches , six feet two inches , twelve inches ."),
    ('"He is 5\'10"."', "he is five feet ten inches ."),
    (
        "100 m², 5 µg, 10 kΩ, 50 Hz, 16GB",
        "one hundred square meters , five micrograms , ten kilohms , fifty hertz , sixteen gigabytes .",
    ),
    ("a 5 min. walk, 3 in. long, come in. Sit", "a five minute walk , three inches long , come in . | sit ."),
    (
        "a 6-ft pole, 5 ft 10 in tall, 99¢/lb",
        "a six foot pole , five feet ten inches tall , ninety nine cents per pound .",
    ),
    (
        "8-bit µ-law, 24 kHz, Apt. 5B, H2SO4, CO2",
        "eight bit mu law , twenty four kilohertz , apartment five b , h two s o four , c o two .",
    ),
    # telephone numbers and codes
    (
        "555-1234, (555) 123-4567",
        "five five five , one two three four , five five five , one two three , four five six seven .",
    ),
    ("+1 555 123 4567", "plus one five five five one two three four five six seven ."),
    ("1-800-555-0199", "one , eight zero zero , five five five , zero one nine nine ."),
    ("call 911, code 4821, extension 100", "call nine one one , code four eight two one , extension one zero zero ."),
    # Roman numerals
    ("Henry VIII, Elizabeth I, John Paul II", "henry the eighth , elizabeth the first , john paul the second ."),
    ("Chapter IV, World War II, Part I, Rocky II", "chapter four , world war two , part one , rocky two ."),
    ("Vol. II, ch. IV, No. I said", "volume two , chapter four , no . | i said ."),
    ("the part I like. Vitamin C, I mix", "the part i like . | vitamin c , i mix ."),
    # abbreviations
    (
        "Dr. Smith paid $3.50 on 3/4 at 10:30.",
        "doctor smith paid three dollars and fifty cents on march fourth at ten thirty .",
    ),
    ("Mr. and Mrs. Lee vs. Ms. Day, Jr.", "mister and missus lee versus miz day , junior ."),
    ("Mr Lee met Dr Who", "mister lee met doctor who ."),
    ("St. Paul is on Main St. in St. Louis.", "saint paul is on main street in saint louis ."),
    ("We live on Sunset Dr.", "we live on sunset drive ."),
    ("No. 5, nos. 5, № 5, no. I said no.", "number five , numbers five , number five , no . | i said no ."),
    ("e.g., this, i.e. that, etc. The end", "for example , this , that is that , et cetera . | the end ."),
    ("see p. 5, pp. 5-7, Fig. 3, vol. 2", "see page five , pages five to seven , figure three , volume two ."),
    ("the sun. Sat on Sat. 5", "the sun . | sat on saturday five ."),
    ("Smith Inc. and Jones Co. Then", "smith incorporated and jones company . | then ."),
    # letters and capitals
    ("U.S.A.", "u s A ."),
    ("The U.S. Army is in the U.S. It is big.", "the u s army is in the u s . | it is big ."),
    ("J. R. R. Tolkien", "j r r tolkien ."),
    ("FBI agents and a PBX", "f b i agents and a p b x ."),
    ("PBXs, FBI's, DVDs, a.k.a.", "p b x's , f b i's , d v d's , A k A ."),
    ("HELLO WORLD! STOP IT NOW!", "hello world ! | stop it now !"),
    ("IT'S ME. The IT desk in the US", "it's me . | the i t desk in the u s ."),
    ("http, html, mp, hmm, shh", "h t t p , h t m l , m p , hmm , shh ."),
    ("MP3 H2O 4K 3D COVID-19 F-16", "m p three h two o four k three d covid nineteen f sixteen ."),
    ("A man, plan A, an A+, Once Upon A Time", "a man , plan A , an A plus , once upon a time ."),
    ("C++, C#, .NET, Node.js, AT&T, R&D", "c plus plus , c sharp , dot n e t , node dot j s , A t and t , r and d ."),
    ("iPhone macOS YouTube PhD Ph.D. OK", "iphone mac o s youtube p h d p h d okay ."),
    # addresses and signs
    ("See https://www.example.com/a?q=1.", "see w w w dot example dot com slash A question mark q equals one ."),
    ("example.org, github.io/x", "example dot org , github dot i o slash x ."),
    ("john.smith@mail.example.co.uk", "john dot smith at mail dot example dot co dot u k ."),
    ("#1, #HashTag, @user_name, #", "number one , hashtag hash tag , at user name , pound ."),
    (
        "a & b, 2+2=4, x², 5 > 3, 5 - 3 = 2",
        "a and b , two plus two equals four , x squared , five greater than three , five minus three equals two .",
    ),
    ("and/or, he/she, w/o, 3 * 4, press *", "and or , he slash she , without , three times four , press star ."),
    ("© 2024 Foo™ → ∞", "copyright twenty twenty four foo to infinity ."),
    ("/usr/bin/file.txt", "slash usr slash bin slash file dot t x t ."),
    # words
    ("don’t, donʼt, don＇t, rock ’n’ roll, ’em", "don't , don't , don't , rock and roll , 'em ."),
    ("‘quoted’ “words” «here» the dogs’ tails", "quoted words here the dogs tails ."),
    ("well-known T-shirt, mid-1990s, 5-year-old", "well known t shirt , mid nineteen nineties , five year old ."),
    ("café naïve Ærø Straße Łódź ﬁne ｆｕｌｌ", "cafe naive aero strasse lodz fine full ."),
    ("cafe\u0301 soft\xadhyphen zero\u200bwidth nul\x00part", "cafe softhyphen zerowidth nul part ."),
    ("😀 Hi 👍🏽! I ❤️ 🐍🐍", "grinning face , hi , thumbs up ! | i , heart , snake ."),
    ("flag 🇺🇸, ₺50, ∂", "flag u s , fifty lira , partial differential ."),
    ("Hello :) ;-) there", "hello there ."),
    # punctuation
    ("Wait… What? wait... no", "wait … | what ? | wait … no ."),
    ("What?! Really!? Yes!!!", "what ? | really ? | yes !"),
    ("Hello—world (in brackets) [x]; so: yes", "hello , world , in brackets , x ; so : yes ."),
    ("one,two;three.Four", "one , two ; three . | four ."),
    ('He said "no." Then (yes!) left', "he said no . | then , yes ! | left ."),
    ("**bold** _it_ `code` <b>tag</b>", "bold it code b tag slash b ."),
    ("Title\n\nText\nwraps", "title . | text wraps ."),
    ("List:\n* one\n- two\n# Head\nend", "list : | one . | two . | head end ."),
    ("a < b", "a less than b ."),
]


def told(text: str) -> str:
    """The words and marks; a capital A is the name of the letter."""

    def one(token: object) -> str:
        assert isinstance(token, Word | Mark)
        if isinstance(token, Mark):
            return token.sign
        return "A" if token.manner.phones == "EY1" else token.spoken

    return " | ".join(" ".join(map(one, sentence)) for sentence in sentences(text))


@pytest.mark.parametrize(("text", "said"), CASES)
def test_is_said_so(text, said):
    assert told(text) == said
