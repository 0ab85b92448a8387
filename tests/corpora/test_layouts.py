import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from wavenet.corpora import commonvoice, festvox, folder, layouts, ljspeech, manifest, prompts, vctk
from wavenet.corpora.row import Row
from wavenet.errors import AudioError, UsageError, WavenetWarning


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def facts(rows) -> list[tuple]:
    return [(row.id, row.speaker, row.text, row.split, row.skip) for row in rows]


def test_in_a_folder_the_first_level_names_the_speakers(tmp_path):
    touch(
        tmp_path / "anna/deep/er/1.wav",
        tmp_path / "anna/2.MP3",
        tmp_path / "alone.g722",
        tmp_path / "notes.txt",
    )
    rows = list(folder.rows(tmp_path))
    assert [(row.id, row.speaker) for row in rows] == [
        ("alone.g722", ""),
        ("anna/2.MP3", "anna"),
        ("anna/deep/er/1.wav", "anna"),
    ]
    assert all(row.path == tmp_path / row.id for row in rows)


def test_ids_do_not_depend_on_where_the_corpus_lies(tmp_path):
    for place in ("here", "there/and/deeper"):
        touch(tmp_path / place / "anna/1.wav")
    assert facts(folder.rows(tmp_path / "here")) == facts(folder.rows(tmp_path / "there/and/deeper"))


def ljspeech_tree(root: Path, metadata: bytes) -> Path:
    touch(root / "wavs" / "LJ1.wav")
    (root / "metadata.csv").write_bytes(metadata)
    return root


def test_ljspeech_takes_the_normalised_text_where_there_is_one(tmp_path):
    tree = ljspeech_tree(tmp_path, '\ufeffLJ1|in "1901"|in nineteen\r\n\nLJ2|only\nLJ3|raw|\n'.encode())
    rows = list(ljspeech.rows(tree))
    assert [(row.id, row.text) for row in rows] == [("LJ1", "in nineteen"), ("LJ2", "only"), ("LJ3", "raw")]
    assert rows[0].path == tmp_path / "wavs" / "LJ1.wav"


@pytest.mark.parametrize(
    ("metadata", "line"),
    [(b"LJ1|a|b\nLJ2\n", 2), (b"a|b|c|d\n", 1), (b"a|b\n\nb|caf\xe9\n", 3), (b"|text\n", 1)],
)
def test_a_broken_line_of_ljspeech_is_named(tmp_path, metadata, line):
    with pytest.raises(AudioError, match=rf"metadata\.csv, line {line}: "):
        list(ljspeech.rows(ljspeech_tree(tmp_path, metadata)))


def vctk_tree(root: Path) -> Path:
    touch(
        root / "wav48_silence_trimmed/p225/p225_001_mic1.flac",
        root / "wav48_silence_trimmed/p225/p225_001_mic2.flac",
        root / "wav48_silence_trimmed/s5/s5_002_mic1.flac",
        root / "wav48/p226/p226_003.wav",
    )
    (root / "txt/p225").mkdir(parents=True)
    (root / "txt/p225/p225_001.txt").write_text("Please call Stella.\n")
    return root


def test_vctk_takes_the_first_microphone_and_lives_without_texts(tmp_path):
    rows = list(vctk.rows(vctk_tree(tmp_path)))
    assert [(row.id, row.speaker, row.text) for row in rows] == [
        ("p225/p225_001", "p225", "Please call Stella."),
        ("s5/s5_002", "s5", ""),
    ]
    assert rows[0].path.name == "p225_001_mic1.flac"


def test_the_older_vctk_has_wavs(tmp_path):
    touch(tmp_path / "wav48/p226/p226_003.wav")
    assert facts(vctk.rows(tmp_path)) == [("p226/p226_003", "p226", "", None, "")]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["p225_001_mic1.wav"], "p225_001_mic1.wav"),
        (["p225_001_mic2.flac"], "p225_001_mic2.flac"),
        (["p225_001_mic2.flac", "p225_001_mic1.wav"], "p225_001_mic1.wav"),
        (["p225_001_mic1.flac", "p225_001_mic2.flac"], "p225_001_mic1.flac"),
        (["p225_001.wav"], "p225_001.wav"),
        (["p225_001_mic1.OGG"], "p225_001_mic1.OGG"),
    ],
)
def test_vctk_in_another_format_or_of_the_second_microphone_is_taken(tmp_path, names, chosen):
    touch(*(tmp_path / "wav48_silence_trimmed/p225" / name for name in names))
    rows = list(vctk.rows(tmp_path))
    assert [(row.id, row.speaker, row.path.name) for row in rows] == [("p225/p225_001", "p225", chosen)]


VOICE = "usr/share/festival/voices/russian/msu_ru_nsh_clunits"


def festvox_tree(root: Path, listed: bytes = b'( a_01 "one" )\n', name: str = "cmu_us_slt_arctic") -> Path:
    voice = root / name
    touch(voice / "wav" / "a_01.wav", voice / "lab" / "a_01.lab")
    (voice / "etc").mkdir()
    (voice / "etc" / "txt.done.data").write_bytes(listed)
    return voice


@pytest.mark.parametrize("name", ["a1.wav", "wavs/a1.wav", "wavs/a1", "a1"])
@pytest.mark.parametrize("file", ["a1.wav", "a1.WAV", "a1.flac", "a1.FLAC", "a1.mp3"])
def test_ljspeech_lists_recordings_with_and_without_suffix_in_any_format(tmp_path, name, file):
    touch(tmp_path / "wavs" / file)
    (tmp_path / "metadata.csv").write_text(f"{name}|This is one.|This is one.\n")
    assert [(row.id, row.path.name, row.text) for row in ljspeech.rows(tmp_path)] == [(name, file, "This is one.")]


def test_a_listed_recording_with_the_listed_suffix_goes_first(tmp_path):
    touch(*(tmp_path / "wavs" / name for name in ("a1.wav", "a1.flac", "x.1.wav")))
    (tmp_path / "metadata.csv").write_text("a1.flac|one\na1|one\nx.1|two\ngone|three\ngone.mp3|four\n")
    found = [row.path.name for row in ljspeech.rows(tmp_path)]
    assert found == ["a1.flac", "a1.wav", "x.1.wav", "gone.wav", "gone.mp3"]


def test_festvox_takes_recordings_in_any_format(tmp_path):
    voice = festvox_tree(tmp_path, b'( a_01 "one" )\n( a_02 "two" )\n')
    touch(voice / "wav" / "a_02.flac")
    assert [row.path.name for row in festvox.rows(voice)] == ["a_01.wav", "a_02.flac"]


@pytest.mark.parametrize(
    ("metadata", "speakers"),
    [
        ("a1|ann|This is one.\na2|bob|Two.\na3|ann|Three.\n", ["ann", "bob", "ann"]),
        ("a1|This is one.|ann\na2|Two.|bob b\na3|Three.|bob b\na4|Four.|ann\n", ["ann", "bob b", "bob b", "ann"]),
        ("a1|0|One.\na2|0|Two.\na3|0|\n", ["0", "0", "0"]),
    ],
)
def test_in_the_likeness_of_ljspeech_a_column_of_few_words_names_the_speakers(tmp_path, metadata, speakers):
    (tmp_path / "wavs").mkdir()
    (tmp_path / "metadata.csv").write_text(metadata)
    with pytest.warns(WavenetWarning, match=r"metadata\.csv: column [23] has few values, each with many texts"):
        rows = list(ljspeech.rows(tmp_path))
    assert [row.speaker for row in rows] == speakers
    assert rows[1].text == "Two."


@pytest.mark.parametrize(
    "metadata",
    [
        "a1|1|one\na2|2|two\na3|1|one\na4|2|two\n",  # words said again and again
        "a1|Dr. No|doctor no\na2|St. Paul|saint paul\na3|Yes.|yes\n",
        "a1|Yes.|yes\na2|Yes!|yes\na3|No.|no\na4|No, no.|no no\n",
    ],
)
def test_normalised_texts_are_not_taken_for_speakers(tmp_path, metadata):
    rows = list(ljspeech.rows(ljspeech_tree(tmp_path, metadata.encode())))
    assert {row.speaker for row in rows} == {""}
    assert [row.text for row in rows] == [line.split("|")[2] for line in metadata.splitlines()]


@pytest.mark.parametrize("name", ["../a_01", "/a_01", "deep/../../a_01"])
def test_no_name_of_a_list_leads_out_of_its_folder(tmp_path, name):
    touch(tmp_path / "a_01.wav")
    with pytest.raises(AudioError, match=r"metadata\.csv, line 1: id '.*a_01' leads out of wavs/; correct it"):
        list(ljspeech.rows(ljspeech_tree(tmp_path / "lj", f"{name}|text\n".encode())))
    with pytest.raises(AudioError, match=r"txt\.done\.data, line 1: id '.*a_01' leads out of wav/; correct it"):
        list(festvox.rows(festvox_tree(tmp_path, f'( {name} "one" )\n'.encode())))


def test_festvox_lists_names_and_texts_of_which_some_are_quoted(tmp_path):
    listed = '( a_01 "Он пл+от - вёз." )\n\n(a_02   "say \\"two\\" (now)")\r\n( a_03 "" )\n'
    tree = festvox_tree(tmp_path, listed.encode())
    rows = list(festvox.rows(tree))
    assert [(row.id, row.text) for row in rows] == [
        ("a_01", "Он пл+от - вёз."),
        ("a_02", 'say "two" (now)'),
        ("a_03", ""),
    ]
    assert rows[0].path == tree / "wav" / "a_01.wav"
    assert {row.speaker for row in rows} == {"cmu_us_slt"}


@pytest.mark.parametrize(
    ("name", "speaker"),
    [("msu_ru_nsh_clunits", "msu_ru_nsh"), ("cmu_us_slt", "cmu_us_slt"), ("anna", "anna"), ("a_b_c_d_e", "a_b_c")],
)
def test_the_folder_of_a_festvox_voice_names_the_speaker(tmp_path, monkeypatch, name, speaker):
    monkeypatch.chdir(festvox_tree(tmp_path, name=name))
    assert [row.speaker for row in festvox.rows(Path())] == [speaker]


def test_a_festvox_voice_is_found_in_an_unpacked_package(tmp_path):
    voice = festvox_tree(tmp_path, name=VOICE)
    assert facts(festvox.rows(tmp_path)) == facts(festvox.rows(voice)) == [("a_01", "msu_ru_nsh", "one", None, "")]


def test_a_package_of_two_festvox_voices_is_not_taken_for_one(tmp_path):
    festvox_tree(tmp_path, name=VOICE)
    festvox_tree(tmp_path, name=VOICE.replace("nsh", "other"))
    assert not festvox.matches(tmp_path)


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        (b'( a_01 "one" )\n( a_02 two )\n', 2),
        (b'( "one" )\n', 1),
        (b'( a_01 "one )\n', 1),
        ('\n( a_01 "один" )\n'.encode("koi8-r"), 2),
    ],
)
def test_a_broken_line_of_festvox_is_named(tmp_path, listed, line):
    with pytest.raises(AudioError, match=rf"txt\.done\.data, line {line}: "):
        list(festvox.rows(festvox_tree(tmp_path, listed)))


RECORDS = [
    {"path": "a/1.wav", "speaker": "anna", "text": "one, two", "split": "train"},
    {"path": "a/../b/2.wav", "speaker": "225", "text": "", "split": ""},
    {"path": "/else/where/3.wav", "speaker": "", "text": 'say "three"', "split": "test"},
]


def csv_list(path: Path) -> Path:
    lines = [
        "path,speaker,duration,text,split",
        'a/1.wav,anna,1.5,"one, two",train',
        "",
        "a/../b/2.wav,225,,,",
        '/else/where/3.wav,,,"say ""three""",test',
    ]
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    return path


def json_list(path: Path) -> Path:
    records = [
        {**RECORDS[0], "duration": 1.5},
        {"path": "a/../b/2.wav", "speaker": 225, "text": None},
        RECORDS[2],
    ]
    path.write_text("\n".join(json.dumps(record) for record in records) + "\n\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("make", [csv_list, json_list])
def test_both_kinds_of_manifest_say_the_same(tmp_path, make):
    path = make(tmp_path / f"list.{make.__name__[:3]}l".replace("csvl", "csv").replace("jsol", "jsonl"))
    assert layouts.find(path) == (path, "manifest")
    with pytest.warns(WavenetWarning, match="not used: column 'duration'; known are path, speaker, text, split"):
        rows = list(manifest.rows(path))
    assert facts(rows) == [
        ("a/1.wav", "anna", "one, two", "train", ""),
        ("b/2.wav", "225", "", None, ""),
        ("/else/where/3.wav", "", 'say "three"', "test", ""),
    ]
    assert rows[0].path == tmp_path / "a/1.wav"
    assert rows[2].path == Path("/else/where/3.wav")


def test_a_field_may_hold_lines_of_its_own(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('path,text\na.wav,"two\nlines"\nb.wav,x\n')
    assert [row.text for row in manifest.rows(path)] == ["two\nlines", "x"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("l.csv", "sound,text\n", "line 1: the header has no 'path'"),
        ("l.csv", "path,text,path\n", "line 1: the column 'path' is there twice; remove one"),
        ("l.csv", "path,spilt\n", "line 1: unknown column 'spilt'; did you mean 'split'?"),
        ("l.csv", "path,text\na.wav,x\nb.wav\n", "line 3: has 1 fields, but the header has 2"),
        ("l.csv", "path,text\na.wav,x\n,y\n", "line 3: has no path"),
        ("l.csv", "path,split\na.wav,valid\n", "line 2: unknown split 'valid'; did you mean 'validation'?"),
        ("l.csv", 'path,text\na.wav,"x"y\n', "line 2: is broken CSV"),
        ("l.jsonl", '{"path": "a.wav"}\n{"path": \n', "line 2: is broken JSON"),
        ("l.jsonl", "[" * 100_000, "line 1: is broken JSON"),
        ("l.jsonl", '"a.wav"\n', "line 1: is not a JSON object"),
        ("l.jsonl", '{"path": ["a.wav"]}\n', "line 1: path is ['a.wav'], and must be text"),
        ("l.jsonl", '{"path": "a\\ud800.wav"}\n', "line 1: path is 'a\\ud800.wav', and must be text"),
        ("l.jsonl", '{"path": "a.wav", "speakr": "x"}\n', "unknown column 'speakr'; did you mean 'speaker'?"),
    ],
)
def test_a_broken_line_of_a_manifest_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(AudioError) as caught:
        list(manifest.rows(tmp_path / name))
    assert str(caught.value).startswith(f"{tmp_path / name}, line ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.csv", "path,tags,group\na.wav, slow ;piano;far=0.5,b\n"),
        ("l.tsv", "path\ttags\tgroup\na.wav\tpiano;slow;far=.5;\tb\n"),
        ("l.jsonl", '{"path": "a.wav", "tags": ["piano", "slow", "far=0.5"], "group": "b"}\n'),
        ("l.jsonl", '{"path": "a.wav", "tags": {"piano": 1, "far": 0.5, "slow": 1.0}, "group": "b"}\n'),
    ],
)
def test_tags_and_the_group_are_read_from_every_form(tmp_path, name, content):
    (row,) = manifest.rows(written(tmp_path / name, content))
    assert row.tags == (("far", 0.5), ("piano", 1.0), ("slow", 1.0))
    assert row.group == "b"


def test_a_recording_may_have_no_tags(tmp_path):
    rows = manifest.rows(written(tmp_path / "l.csv", "path,tags\na.wav,\nb.wav,;\n"))
    assert [row.tags for row in rows] == [(), ()]


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ('"far=x"', "tag 'far=x' has no number behind '='"),
        ('"=1"', "tag '' has the value 1.0, and must have a name and a number"),
        ('"far=nan"', "tag 'far' has the value nan, and must have a name and a number"),
        ('{"far": "1"}', "tag 'far' has the value '1', and must have a name and a number"),
        ('{"far": true}', "tag 'far' has the value True"),
        ('"far;far=2"', "a tag occurs twice in 'far;far=2'"),
        ("[[1]]", "tags is [1], and must be text"),
        ("true", "tags is True, and must be text"),
    ],
)
def test_a_broken_tag_is_named(tmp_path, tags, message):
    path = written(tmp_path / "l.jsonl", f'{{"path": "a.wav", "tags": {tags}}}\n')
    with pytest.raises(AudioError) as caught:
        list(manifest.rows(path))
    assert str(caught.value).startswith(f"{path}, line 1: ")
    assert message in str(caught.value)


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.csv", "path,sentence,client_id\na.wav,one,ann\n"),
        ("l.csv", "file_name,transcription,speaker_id\na.wav,one,ann\n"),
        ("l.tsv", "audio\ttranscript\tspeaker\na.wav\tone\tann\n"),
        ("l.jsonl", '{"audio_filepath": "a.wav", "text": "one", "speaker": "ann"}\n'),
    ],
)
def test_what_others_call_the_columns_is_understood(tmp_path, name, content):
    rows = list(manifest.rows(written(tmp_path / name, content)))
    assert facts(rows) == [("a.wav", "ann", "one", None, "")]


def test_our_own_name_of_a_column_goes_first_and_what_is_not_used_is_told(tmp_path):
    path = written(tmp_path / "l.csv", "sentence,mood,path,text\nraw,glad,a.wav,said\n")
    with pytest.warns(WavenetWarning, match=r"l\.csv: not used: columns 'mood', 'sentence'; known are path, sp"):
        assert [row.text for row in manifest.rows(path)] == ["said"]


def test_quotes_in_tab_separated_lists_are_part_of_the_text(tmp_path):
    lines = ["path\ttext", 'a\t"Yes," he said.', 'b\t"say ""three"""', 'c\t"One," he said, "two."', 'd\t"']
    rows = list(manifest.rows(written(tmp_path / "l.tsv", "\r\n".join(lines))))
    assert [row.text for row in rows] == ['"Yes," he said.', 'say "three"', '"One," he said, "two."', '"']


COMMON_VOICE = 'client_id\tpath\tsentence_id\tsentence\tage\nab12\tcv_en_1.mp3\tf3\tWhat\'s "up"?\tteens\n'


def common_voice_tree(root: Path) -> Path:
    touch(root / "clips" / "cv_en_1.mp3")
    written(root / "validated.tsv", COMMON_VOICE)
    written(root / "test.tsv", COMMON_VOICE.replace("_1.", "_2."))
    return root


def test_common_voice_has_texts_and_speakers(tmp_path):
    tree = common_voice_tree(tmp_path)
    rows = list(commonvoice.rows(tree))
    assert facts(rows) == [("cv_en_1.mp3", "ab12", 'What\'s "up"?', None, "")]
    assert rows[0].path == tree / "clips" / "cv_en_1.mp3"
    assert layouts.find(tree / "test.tsv") == (tree / "test.tsv", "commonvoice")
    assert [row.path.name for row in commonvoice.rows(tree / "test.tsv")] == ["cv_en_2.mp3"]


TREES = {
    "vctk": lambda root: vctk_tree(root),
    "ljspeech": lambda root: ljspeech_tree(root, b"LJ1|a|b\n"),
    "festvox": lambda root: festvox_tree(root, name="v"),
    "commonvoice": common_voice_tree,
    "prompts": lambda root: prompts_tree(root),
}


@pytest.mark.parametrize("layout", [name for name in TREES if name != "festvox"])
@pytest.mark.parametrize("above", ["", "2024/en"])
def test_the_folder_above_a_corpus_stands_for_it(tmp_path, layout, above):
    (tmp_path / "top" / above / "corpus").mkdir(parents=True)
    source = TREES[layout](tmp_path / "top" / above / "corpus")
    written(tmp_path / "top" / "LICENSE.txt", "free\n")
    with pytest.warns(WavenetWarning, match=f"top: the corpus in it is taken, {source}, of layout '{layout}'"):
        assert layouts.find(tmp_path / "top") == (source, layout)
    with pytest.warns(WavenetWarning):
        assert list(layouts.found_rows(tmp_path / "top")) == list(layouts.rows(source, layout))


def test_corpora_and_lists_in_a_plain_folder_are_told(tmp_path):
    for name in ("vctk", "ljspeech"):
        (tmp_path / name).mkdir()
        TREES[name](tmp_path / name)
    with pytest.warns(WavenetWarning, match="plain folder of recordings; .* name one of these in it: ljspeech, vctk"):
        assert layouts.find(tmp_path) == (tmp_path, "folder")
    (tmp_path / "hf").mkdir()
    touch(tmp_path / "hf" / "a.wav")
    written(tmp_path / "hf" / "metadata.csv", "file_name,transcription\na.wav,one\n")
    written(tmp_path / "hf" / "costs.csv", "month,cost\n1,2\n")
    with pytest.warns(WavenetWarning, match=r"name one of these in it: metadata\.csv$"):
        assert layouts.find(tmp_path / "hf") == (tmp_path / "hf", "folder")


def test_a_plain_folder_within_others_keeps_its_names(tmp_path):
    touch(tmp_path / "top" / "anna" / "1.wav")
    assert layouts.find(tmp_path) == (tmp_path, "folder")
    assert [row.id for row in layouts.found_rows(tmp_path)] == ["top/anna/1.wav"]


def prompts_tree(root: Path, compressed: bool = True) -> Path:
    sounds = root / "usr/share/asterisk/sounds"
    names = [
        "vm-sorry",
        "hello",
        "beep",
        "confbridge-join",
        "digits/1",
        "silence/1",
        "letters/at",
        "dictate/both_help",
        "new",
    ]
    touch(*(sounds / "en_US_f_Allison" / f"{name}.g722" for name in names))
    touch(*(sounds / "es_MX_f_Allison" / f"{name}.g722" for name in names))
    touch(
        sounds / "it_IT_m_Carlo" / "ciao.g722",
        sounds / "it_IT_m_Carlo" / "confbridge-leave.g722",
        sounds / "en_US_f_Allison" / "hello.wav",
    )
    doc = root / "usr/share/doc/asterisk-core-sounds-en"
    doc.mkdir(parents=True)
    texts = (
        "\ufeff; English: all of it\n\nvm-sorry: Sorry: no.\nhello: Hello.\nbeep: [a beep tone]\n"
        "digits/1: one\nsilence/1: (a second of silence)\nletters/at: at [@]\ndictate/both_help: press one\n"
    ).encode()
    if compressed:
        (doc / "core-sounds-en.txt.gz").write_bytes(gzip.compress(texts))
    else:
        (doc / "core-sounds-en.txt").write_bytes(texts)
    return root


@pytest.mark.parametrize("compressed", [True, False])
def test_prompts_have_texts_speakers_and_a_fixed_test_split(tmp_path, compressed):
    rows = {row.id: row for row in prompts.rows(prompts_tree(tmp_path, compressed))}
    english = {i.removeprefix("en_US_f_Allison/"): row for i, row in rows.items() if i.startswith("en_")}
    assert {name: row.text for name, row in english.items() if not row.skip} == {
        "vm-sorry": "Sorry: no.",
        "hello": "Hello.",
        "digits/1": "one",
        "letters/at": "at [@]",
        "dictate/both_help": "press one",
        "new": "",
    }
    assert {i for i, row in rows.items() if row.split} == {
        "en_US_f_Allison/vm-sorry",
        "en_US_f_Allison/dictate/both_help",
    }
    assert {row.split for row in rows.values()} == {"test", None}
    assert english["beep"].skip == "no speech: a beep tone"
    assert english["silence/1"].skip == "no speech: silence"
    assert rows["es_MX_f_Allison/beep"].skip == "no speech: beep"
    assert rows["it_IT_m_Carlo/confbridge-leave"].skip == "no speech: confbridge-leave"
    assert rows["en_US_f_Allison/confbridge-join"].skip
    assert {row.speaker for row in rows.values()} == {"allison", "carlo"}


def test_prompts_are_found_from_their_folder_of_sounds_too(tmp_path):
    root = prompts_tree(tmp_path)
    assert facts(prompts.rows(root)) == facts(prompts.rows(root / "usr/share/asterisk/sounds"))


def test_the_held_out_prompts_are_twenty_four():
    assert len(set(prompts.HELD_OUT)) == len(prompts.HELD_OUT) == 24


def test_a_damaged_file_of_texts_is_named(tmp_path):
    root = prompts_tree(tmp_path)
    path = root / "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(AudioError, match=r"core-sounds-en\.txt\.gz: cannot be read"):
        list(prompts.rows(root))


@pytest.mark.parametrize(
    ("layout", "make"),
    [
        ("ljspeech", lambda root: ljspeech_tree(root, b"LJ1|a|b\n")),
        ("vctk", vctk_tree),
        ("festvox", festvox_tree),
        ("prompts", prompts_tree),
        ("commonvoice", lambda root: common_voice_tree(root)),
        ("manifest", lambda root: written(root / "list.csv", "path,text\na.wav,one\nb.wav,two\n")),
        ("folder", lambda root: (touch(root / "anna/1.wav"), root)[1]),
    ],
)
def test_each_layout_is_recognised_read_lazily_and_of_unique_ids(tmp_path, layout, make):
    source = make(tmp_path)
    assert layouts.find(source) == (source, layout)
    rows = layouts.rows(source, layout)
    assert isinstance(next(iter(islice(rows, 1))), Row)
    ids = [row.id for row in layouts.rows(source, layout)]
    assert len(set(ids)) == len(ids)
    assert ids == [row.id for row in layouts.rows(source, layout)]


def test_any_folder_can_be_read_as_a_plain_one(tmp_path):
    ids = [row.id for row in layouts.rows(vctk_tree(tmp_path), "folder")]
    assert "wav48_silence_trimmed/p225/p225_001_mic2.flac" in ids


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("vctk", "does not have the layout 'vctk', which is a folder with wav48"),
        ("manifest", "does not have the layout 'manifest', which is a file"),
        ("ljspech", "unknown layout 'ljspech'; did you mean 'ljspeech'?"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(tmp_path, layout, message):
    with pytest.raises(UsageError) as caught:
        layouts.rows(tmp_path, layout)
    assert message in str(caught.value)


def test_a_recording_is_a_file_of_no_layout(tmp_path):
    touch(tmp_path / "a.wav", tmp_path / "list.csv")
    found = {path.name for path in (tmp_path, *tmp_path.iterdir(), tmp_path / "b.wav") if layouts.is_recording(path)}
    assert found == {"a.wav"}


def test_what_is_neither_a_folder_nor_a_manifest_is_refused(tmp_path):
    touch(tmp_path / "a.wav")
    with pytest.raises(UsageError, match=r"a\.wav is a file; name the folder"):
        layouts.find(tmp_path / "a.wav")
    with pytest.raises(UsageError, match="no such folder"):
        layouts.find(tmp_path / "no")
