"""Without a browser the tests of pages are skipped with a reason, unless one is required: then they fail."""

import browser
import pytest


@pytest.mark.parametrize("missing", ["chromium", "chromedriver"])
def test_without_a_browser(missing, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None if name.startswith(missing[:6]) else f"/usr/bin/{name}")
    monkeypatch.setattr(browser, "BROWSERS", ("chromium",))
    assert browser.missing() in {"no Chromium is installed", "no chromedriver is installed"}
    monkeypatch.delenv("GRADCHECK_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="is installed"), browser.started("profile"):
        pass
    monkeypatch.setenv("GRADCHECK_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="is installed"), browser.started("profile"):
        pass
