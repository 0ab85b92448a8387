"""What is read before a form, as far as the form may see it."""

from wavenet.tts.english.context import NOTHING, Context, Kind, Read


def words(*texts, kind=Kind.WORD):
    return tuple(Read(text, kind, (text,)) for text in texts)


def reading(seen):
    """A grammar of words, which notes what stood before each."""

    def read(text, at, context):
        word = text[at:].split(" ")[0]
        seen.append((word, [each.text for each in context.before]))
        return Read(word, Kind.WORD, (word.lower(),))

    return read


def test_within_a_text_each_form_sees_those_before_it():
    seen = []
    context = Context(words("x"), read=reading(seen))
    assert context.say("Ab c D") == ["ab", "c", "d"]
    assert seen == [("Ab", ["x"]), ("c", ["x", "Ab"]), ("D", ["x", "Ab", "c"])]
    seen.clear()
    assert context.say("e", *words("y", "z")) == ["e"]
    assert seen == [("e", ["x", "y", "z"])]
    seen.clear()
    assert context.say_alone("f g") == ["f", "g"]
    assert seen == [("f", []), ("g", ["f"])]


def test_brackets_are_passed_over_a_mark_is_not_and_a_range_counts_as_its_end():
    soft, mark, to = (
        words(text, kind=kind)[0] for text, kind in (("(", Kind.SOFT), (",", Kind.MARK), ("-", Kind.RANGE))
    )
    one, two, three = words("one", "two", "three")
    assert Context((one, soft, two, soft)).last == two
    assert Context((one, soft, two)).back(1) == one
    assert Context((one, mark, two)).back(1) == NOTHING
    assert Context((one, mark)).last == Context().last == NOTHING
    assert Context((one, two, to, three)).back(1) == one
    assert Context((one, two)).previous == "two"
