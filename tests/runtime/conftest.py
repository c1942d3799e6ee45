"""What several tests of the runtime share."""

import pytest

from usance.runtime import writing


@pytest.fixture(params=["one statement", "COPY"])
def either_way(request, monkeypatch):
    """Batches of this test are written as few rows are, and again as many are."""
    if request.param == "COPY":
        monkeypatch.setattr(writing, "FEW_ROWS", -1)
    return request.param
