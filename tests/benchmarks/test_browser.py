"""A host of files, and a table of medians; what runs in a browser is in tests/browser."""

from urllib.request import urlopen

import pytest

from benchmarks import browser
from benchmarks.browser import Round


def test_a_folder_is_hosted_while_it_is_needed(tmp_path):
    (tmp_path / "worker.js").write_text("// a module")
    with browser.hosted(tmp_path) as address, urlopen(f"{address}/worker.js") as answer:
        assert answer.read() == b"// a module"
        assert "javascript" in answer.headers["content-type"]
    with pytest.raises(OSError, match="refused"):
        urlopen(address)


def test_the_table_has_medians():
    rounds = [Round(9.0, 0.3, 2.0), Round(8.0, 0.1, 3.0), Round(8.16, 0.2, 2.26)]
    assert browser.markdown(rounds).splitlines()[-1] == "| 8.2 s | 200 ms | 2.3 |"


def test_a_folder_without_a_page_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        browser.main([str(tmp_path)])
    assert stopped.value.code == 2
    assert "has no page; make browser makes one" in capsys.readouterr().err
