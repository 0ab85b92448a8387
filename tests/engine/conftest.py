import pytest

from wavenet.engine import native


@pytest.fixture(params=native.instruction_sets())
def isa(request, monkeypatch):
    monkeypatch.setenv(native.VARIABLE, request.param)
    return request.param
