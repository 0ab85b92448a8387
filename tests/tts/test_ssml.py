"""SSML → spans and breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts import documents, ssml
from wavenet.tts.english.markup import ENGLISH
from wavenet.tts.markup import Break, Manner, Span


def read(text):
    return documents.read(text, ENGLISH)


def alike(one: Span, other: Span) -> bool:
    return (one.manner, one.kind) == (other.manner, other.kind) and not (one.manner.phones or one.kind)


def joined(items) -> list[Span | Break]:
    """Spans of one manner side by side are one text."""
    whole: list[Span | Break] = []
    for item in items:
        last = whole[-1] if whole else None
        if isinstance(item, Span) and isinstance(last, Span) and alike(item, last):
            whole[-1] = Span(last.text + item.text, item.manner)
        else:
            whole.append(item)
    return whole


def said(inside: str) -> list[Span | Break]:
    return joined(read(f"<speak>{inside}</speak>"))


def manner_of(inside: str) -> Manner:
    [span] = said(inside)
    assert isinstance(span, Span)
    return span.manner


@pytest.mark.parametrize("text", ["", []])
def test_nothing_gives_nothing(text):
    assert list(read(text)) == []


SPEAK = "<speak\nversion='1.1' xml:lang='en-US'>hi</speak>\n"
PROLOGS = [
    "",
    "\n ",
    "\ufeff",
    "<?xml version='1.0'?>",
    "\n<?xml version='1.0' encoding='ISO-8859-1'?>\n<!-- <speak> > -->\n",
    "<!-- hi --><!-- there -->",
    '<!DOCTYPE speak PUBLIC "-//W3C//DTD SYNTHESIS 1.0//EN" "http://www.w3.org/TR/speech-synthesis/synthesis.dtd">',
    "<?xml version='1.0'?><!DOCTYPE speak [<!-- > -->]><?php ?>",
]


@pytest.mark.parametrize("before", PROLOGS)
def test_a_document_may_stand_behind_declarations_comments_and_blanks(before):
    assert list(read(before + SPEAK)) == [Span("hi")]
    assert joined(read(iter(before + SPEAK))) == [Span("hi")]


@pytest.mark.parametrize("text", ["<speaker>x</speaker>", "<!-- a --><p>b</p>", "<?xml?><html/>", "<", "", "I <speak>"])
def test_what_does_not_begin_so_is_no_ssml(text):
    assert not ssml.is_ssml(text)
    assert joined(read(text)) == joined(documents.read(text, ENGLISH, "markdown"))
    assert joined(read(iter(text))) == joined(read(text))


def test_other_namespaces_are_passed_over_and_what_stands_in_them_is_said():
    text = """<ssml:speak xmlns:ssml="http://www.w3.org/2001/10/synthesis" xmlns:x="urn:x" x:tone="calm"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><x:style x:of="b">a <x:note
        /><ssml:s x:a="b">b</ssml:s></x:style><ssml:phoneme ph="a">c<x:d>d</x:d></ssml:phoneme></ssml:speak>"""
    assert joined(read(text)) == [Span("a \n\nb\n\n"), Span("cd", Manner(1, 1, "ipa", "a"))]


def test_metadata_is_passed_over():
    rdf = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:x>no</r:x>no</r:RDF>'
    assert said(f'<meta name="author" content="Ann"/>yes<metadata>no<p>no</p>{rdf}</metadata> again') == [
        Span("yes again")
    ]


def test_characters_and_comments_are_those_of_xml():
    assert said("a &lt;b&gt; &amp; &#233;<!-- no --><![CDATA[<c>]]>") == [Span("a <b> & é<c>")]


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ('time="300ms"', 0.3),
        ('time="0.3s"', 0.3),
        ('time="+1s"', 1),
        ('time="0s"', 0),
        ('time="2s" strength="weak"', 2),
        ("", 0.4),
        ('strength="none"', 0),
        ('strength="x-strong"', 1.2),
    ],
)
def test_a_break_is_so_long(attributes, seconds):
    assert said(f"a<break {attributes}/>b") == [Span("a"), Break(pytest.approx(seconds)), Span("b")]


@pytest.mark.parametrize(
    ("attributes", "speed", "pitch"),
    [
        ('rate="slow"', 0.75, 1),
        ('rate="80%"', 0.8, 1),
        ('rate="1.2"', 1.2, 1),
        ('rate="-10%" pitch="+10%"', 0.9, 1.1),
        ('pitch="high"', 1, 1.2),
        ('pitch="+2st"', 1, 2 ** (2 / 12)),
        ('pitch="-12st"', 1, 0.5),
        ('pitch="1.1"', 1, 1.1),
        ("", 1, 1),
    ],
)
def test_prosody_gives_factors(attributes, speed, pitch):
    assert manner_of(f"<prosody {attributes}>a</prosody>") == Manner(pytest.approx(speed), pytest.approx(pitch))


def test_nested_prosody_multiplies_and_ends():
    first, second, third = said('<prosody rate="0.5">a<prosody rate="0.5" pitch="2">b</prosody></prosody>c')
    assert (first, second, third) == (Span("a", Manner(0.5)), Span("b", Manner(0.25, 2.0)), Span("c"))


def test_phonemes_hold_one_span():
    tomato = '<phoneme ph=" təˈmeɪtoʊ ">to<!-- -->mato</phoneme>'
    assert said(f"a {tomato} b") == [Span("a "), Span("tomato", Manner(1, 1, "ipa", "təˈmeɪtoʊ")), Span(" b")]
    assert manner_of('<phoneme alphabet="x-arpabet" ph="HH AY1"/>') == Manner(1, 1, "x-arpabet", "HH AY1")


@pytest.mark.parametrize(
    ("attributes", "manner"),
    [
        ("", Manner(0.9, 1.05)),
        ('level="strong"', Manner(0.8, 1.1)),
        ('level="none"', Manner()),
        ('level="reduced"', Manner(1.1, 0.95)),
    ],
)
def test_emphasis_is_a_manner(attributes, manner):
    assert manner_of(f"<emphasis {attributes}>a</emphasis>") == manner


def test_a_substitute_is_said_in_place_of_what_is_written():
    assert said('a <sub alias="world wide web">W<!-- -->WW</sub> b<mark name="x"/>c <w>d</w>') == [
        Span("a world wide web bc d")
    ]


def test_what_is_said_as_something_keeps_its_kind():
    date = '<say-as interpret-as="date" format="dmy"> 1/2/2024 </say-as>'
    assert said(f"on {date}") == [Span("on "), Span("1/2/2024", kind="date dmy")]


def test_paragraphs_and_sentences_part_the_text():
    assert said("<p><s>one</s><s>two</s></p>three") == [Span("\n\n\n\none\n\n\n\ntwo\n\n\n\nthree")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<speak>\nopen", "line 2: the text ends inside of <speak> of line 1; close it by </speak>"),
        ("<speak>a<p>\n<s>b", "line 2: the text ends inside of <s> of line 2; close it by </s>"),
        ("<speak", "line 1: broken markup"),
        ("<speak>a<brea", "the text ends inside of <speak> of line 1"),
        ("<speak><p>a</s></p></speak>", "another element closes before <p> of line 1; write </p> first"),
        ("<speak>a & b</speak>", "not well-formed (invalid token); write & as &amp; and < as &lt;"),
        ("<speak>a&nbsp;b</speak>", "undefined entity; write the character itself"),
        ("<speak>a</speak> more", "junk after document element"),
        ("<speak>a\x00b</speak>", "not well-formed"),
        ("<speak>a\ud800</speak>", "not UTF-8"),
        ("<speak>\n\n<brake/></speak>", "line 3: <brake> is unknown; did you mean 'break'?"),
        ("<speak><audio src='x'/></speak>", "<audio> is unknown; known: break, emphasis, lang, mark,"),
        ("<speak><voice name='x'>a</voice></speak>", "<voice> is unknown; known: break,"),
        ("<speak><sub>a</sub></speak>", '<sub> has nothing to say in its place; give it as alias="…"'),
        ("<speak><say-as interpret-as='dat'>a</say-as></speak>", "did you mean 'date'?"),
        ("<speak><say-as>a</say-as></speak>", '<say-as interpret-as=""> is unknown; known: address, cardinal'),
        ("<speak><emphasis level='big'>a</emphasis></speak>", '<emphasis level="big"> is unknown; known: moderate'),
        ("<speak><mark name='a'>b</mark></speak>", "<mark> cannot hold text, and has 'b'; write <mark/>"),
        ("<speak><x:a>b</x:a></speak>", 'declare it in <speak>, as xmlns:prefix="…"'),
        ("\n\n<?xml version='1.0'?>\n<speak>\n<oops/></speak>", "line 5: <oops> is unknown"),
        ("<speak><break tim='1s'/></speak>", "<break> has no 'tim'; did you mean 'time'?"),
        ("<speak><prosody volume='loud'>x</prosody></speak>", "<prosody> has no 'volume'; known: pitch, rate"),
        ("<speak><break time='1'/></speak>", '<break time="1">: it takes 300ms or 0.3s, from 0 to 60 s'),
        ("<speak><break time='-1s'/></speak>", '<break time="-1s">'),
        ("<speak><break time='nans'/></speak>", '<break time="nans">'),
        ("<speak><break time='61s'/></speak>", '<break time="61s">'),
        ("<speak><break time=''/></speak>", '<break time="">'),
        ("<speak><break strength='storng'/></speak>", "did you mean 'strong'?"),
        ("<speak><break>text</break></speak>", "<break> cannot hold text, and has 'text'; write <break/>"),
        ("<speak><prosody rate='fats'>x</prosody></speak>", '<prosody rate="fats">: it takes x-slow, slow,'),
        ("<speak><prosody rate='+2st'>x</prosody></speak>", '<prosody rate="+2st">'),
        ("<speak><prosody rate='1e0'>x</prosody></speak>", '<prosody rate="1e0">'),
        ("<speak><prosody pitch=''>x</prosody></speak>", '<prosody pitch="">'),
        ("<speak><prosody pitch='%'>x</prosody></speak>", '<prosody pitch="%">'),
        ("<speak><prosody rate='0%'>x</prosody></speak>", "a rate 0 times the voice's own; it can be 0.2 to 5"),
        ("<speak><prosody rate='80'>x</prosody></speak>", "a rate 80 times"),
        ("<speak><prosody pitch='+99999999st'>x</prosody></speak>", "it can be 0.5 to 2"),
        (
            "<speak><prosody rate='3'><prosody rate='3'>x</prosody></prosody></speak>",
            "a rate 9 times the voice's own; it can be 0.2 to 5, all around it multiplied",
        ),
        ("<speak><phoneme>x</phoneme></speak>", '<phoneme> has no phones; give them as ph="…"'),
        ("<speak><phoneme ph='x' alphabet='sampa'>x</phoneme></speak>", '<phoneme alphabet="sampa"> is unknown'),
        ("<speak><phoneme ph='x'><break/></phoneme></speak>", "<break> cannot stand inside <phoneme>"),
        ("<speak><speak>x</speak></speak>", "<speak> cannot stand inside <speak>"),
        ("<speak xml:lang='ko'>x</speak>", '<speak xml:lang="ko">: this voice speaks English'),
        ("<speak><lang xml:lang='fr-FR'>x</lang></speak>", '<lang xml:lang="fr-FR">: this voice speaks English'),
        ("<speak><!DOCTYPE x></speak>", "not well-formed"),
    ],
)
def test_wrong_markup_is_one_line_that_names_it(text, told):
    with pytest.raises(UsageError) as error:
        read(text)
    assert told in str(error.value)
    assert str(error.value).startswith("SSML, line ")
    assert "\n" not in str(error.value)


def test_markup_in_pieces_is_refused_when_its_turn_comes():
    items = read(iter(["<speak>Hello <break/>", "world <oops/>"]))
    assert [next(items), next(items)] == [Span("Hello "), Break(0.4)]
    with pytest.raises(UsageError, match="<oops> is unknown"):
        list(items)


MARKUP = st.recursive(
    st.sampled_from(
        ["word ", "a&amp;b", "\n", '<break time="1s"/>', "<!-- c -->", '<phoneme ph="a">x y</phoneme>', "é"]
    ),
    lambda inner: st.one_of(
        st.builds("<p>{}</p>".format, inner),
        st.builds('<prosody rate="{}">{}</prosody>'.format, st.sampled_from(["90%", "medium"]), inner),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=8,
)
TEXTS = st.one_of(MARKUP.map("<speak>{}</speak>".format), MARKUP.map("\n<speak>{}".format))


@given(TEXTS, st.lists(st.integers(0, 200)))
def test_pieces_give_what_the_whole_gives(text, cuts):
    cuts = sorted(min(cut, len(text)) for cut in cuts)
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert attempt(pieces) == attempt(text)


def attempt(text) -> list[Span | Break] | str:
    try:
        return joined(read(text))
    except UsageError as error:
        return str(error)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_text_of_a_document_is_lost(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "".join(span.text for span in read(f"<speak>{escaped}</speak>") if isinstance(span, Span)) == text


@pytest.mark.parametrize(
    "entities", ['<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">']
)
def test_entities_of_ones_own_are_refused(entities):
    with pytest.raises(UsageError, match=r"declares an entity, [ab]; write what it stands for"):
        read(f"<!DOCTYPE speak [{entities}]><speak>&b;</speak>")


def test_an_entity_that_is_defined_elsewhere_is_not_lost_in_silence():
    with pytest.raises(UsageError, match=r"&nbsp; is not defined; write the character itself, or its number"):
        read('<!DOCTYPE speak SYSTEM "http://example.com/speak.dtd"><speak>a&nbsp;b</speak>')
