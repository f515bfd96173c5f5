"""Headless Chromium for the tests of pages: what it shows, what it logs, and what it asks of the network.

Skipped with a reason where there is none; GRADCHECK_REQUIRE_BROWSER=1 (set in .ci/run) makes that a failure.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from contextlib import contextmanager

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip
PATIENCE = 20


class Browser:
    """One tab. What is shown is waited for, never slept for."""

    def __init__(self, driver):
        self.driver = driver

    def open(
        self, page, *, width=1400, height=900, scheme="light", media="screen", script=True, motion="no-preference"
    ):
        """Open a page from disk as a window of that size and those preferences sees it."""
        tell = self.driver.execute_cdp_cmd
        tell("Emulation.setDeviceMetricsOverride",
             {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})  # fmt: skip
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        tell("Emulation.setEmulatedMedia", {"media": media, "features": features})
        tell("Emulation.setScriptExecutionDisabled", {"value": not script})
        tell("Performance.enable", {"timeDomain": "threadTicks"})
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.resolve().as_uri())
        return self

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector):
        (found,) = self.all(selector)
        return found

    def visible(self, selector):
        return [element for element in self.all(selector) if element.is_displayed()]

    def text(self, selector):
        """The text of an element, shown or not, without its spaces."""
        return "".join(self.one(selector).get_attribute("textContent").split())

    def run(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def until(self, holds):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.02).until(lambda _: holds())

    def messages(self):
        """What the console was told, the browser's own complaints (a blocked script, a missing file) among it."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses that the page asked for, but for itself."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if url.partition("#")[0] != self.driver.current_url.partition("#")[0]]

    def work(self):
        """Seconds of processor time that the page has taken since it was opened, whatever else the machine does."""
        found = self.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(metric["value"] for metric in found if metric["name"] == "TaskDuration")

    def printed(self):
        """The page as a PDF."""
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {})["data"])


def missing():
    """Why there is no browser; empty where there is one."""
    if not any(map(shutil.which, BROWSERS)):
        return "no Chromium is installed"
    return "" if shutil.which("chromedriver") else "no chromedriver is installed"


def absent(reason):
    if os.environ.get("GRADCHECK_REQUIRE_BROWSER"):
        pytest.fail(f"GRADCHECK_REQUIRE_BROWSER is set, but {reason}")
    pytest.skip(f"{reason}: the pages are tried in a browser where there is one")


@contextmanager
def started(profile):
    reason = missing()
    if reason:
        absent(reason)
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, BROWSERS)))
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    except WebDriverException as problem:
        absent(f"Chromium does not start: {problem.msg}")
    try:
        yield Browser(driver)
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(tmp_path_factory.mktemp("profile")) as found:
        yield found
