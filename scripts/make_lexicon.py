"""Write the lexicon of src/wavenet/tts/english/data: ``pip install gruut-lang-en==2.0.1``, then this script.

One line a pronunciation, as in a user's own lexicon file, in the order of the words' bytes, so that a word is found by
bisection.
"""

import sqlite3
from importlib.resources import files
from pathlib import Path

from wavenet import atomic
from wavenet.tts.english import entries, phones

ADDITIONS = Path(__file__).parent / "lexicon_additions.txt"


def main() -> None:
    """Convert every word of the package's table, and merge the additions."""
    with sqlite3.connect(f"file:{files('gruut_lang_en') / 'lexicon.db'}?mode=ro", uri=True) as db:
        rows = db.execute("select word, role, phonemes from word_phonemes order by pron_order").fetchall()
    added = [(word, one.role, one.phones) for word, one in entries.read(ADDITIONS)]
    replaced = {word for word, _, _ in added}
    found = [(word, role.removeprefix("gruut:"), phones.parse(symbols, "ipa")) for word, role, symbols in rows]
    merged = added + [line for line in found if line[0] not in replaced]
    lines = [
        f"{word}{'/' * bool(role)}{role}  {' '.join(said)}\n"
        for word, role, said in sorted(merged, key=lambda line: line[0].encode())
    ]
    with atomic.writing(entries.SHIPPED) as temporary:
        temporary.write_text("".join(lines), "utf-8")
    print(f"{entries.SHIPPED}: {len(lines)} pronunciations")


if __name__ == "__main__":
    main()
