"""`exhibit demo` as a person uses it: in a browser, with the model and the case that ship.

Its picture is the README's: EXHIBIT_SCREENSHOT=docs/demo.png makes it anew.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

ROOT = Path(__file__).parents[2]
QUESTION = "Do you know what distillation is?"
ANSWER = "It means using one AI model to train another AI model."
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

pytestmark = pytest.mark.browser


def browser_path(bundled: str) -> str:
    """The Chromium that playwright installed, or else the machine's own; without one there is no test."""
    found = bundled if Path(bundled).exists() else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        without = "There is no Chromium: install one, or run `playwright install chromium`."
        if os.environ.get("CI") == "true":
            pytest.fail(without)
        pytest.skip(without)
    return found


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where a demo is served that was started from another folder, as the command prints it."""
    environment = {**os.environ, "EXHIBIT_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-open"),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(120):
        while not (match := re.search(r"http://127\.0\.0\.1:\d+/#\S+(?=\s)", printed)):
            line = await process.stdout.readline()
            assert line, f"The demo ended: {printed}"
            printed += line.decode()
    yield match[0]
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """The demo's page in headless Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browser_path(playwright.chromium.executable_path),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        opened = await browser.new_page(
            viewport={"width": 1000, "height": 860}, device_scale_factor=2, bypass_csp=True
        )
        await opened.goto(address)
        yield opened
        await browser.close()


async def settled(page: Page) -> None:
    """Waits until the page has shown what the last action did; before that it takes no other."""
    await page.wait_for_function("window.simcordPreview.ready && !window.simcordPreview.awaitingRevision")


async def type_command(page: Page, name: str, question: str = "") -> None:
    """Types a slash command, chooses it, fills in the question and sends it."""
    await settled(page)
    await page.locator("#channel-composer-input").press_sequentially(f"/{name}")
    await page.locator(".command-popup [role=option]").first.wait_for()
    await page.keyboard.press("Enter")
    await page.locator(".command-chip").wait_for()
    if question:
        await page.locator("input[data-option=question]").fill(question)
    await page.keyboard.press("Enter")


async def test_somebody_asks_reads_and_presses_the_buttons(page: Page) -> None:
    """`/ask`, the answer with the answering sentence in bold, and each of its buttons."""
    messages = page.locator("article.channel-message")
    await page.locator("#messages-toggle").click()
    await expect(messages.last).to_contain_text("Ask the record of Musk v. OpenAI")

    await type_command(page, "ask", QUESTION)

    await expect(messages.last).to_contain_text(f"Question: {QUESTION}")
    await expect(messages.last.locator("blockquote strong")).to_have_text(ANSWER)
    await expect(messages.last).to_contain_text("— Elon Musk in")
    answer = messages.last
    if picture := os.environ.get("EXHIBIT_SCREENSHOT"):
        await page.mouse.move(0, 0)
        await page.locator("#channel-layout").screenshot(path=picture)

    identifier = await answer.get_attribute("data-message-id")
    answer = page.locator(f"article[data-message-id='{identifier}']")
    shows = {"Context": "In context", "Receipt": "SHA-256", "More (4)": "More from the record"}
    for button, shown in shows.items():
        await settled(page)
        await answer.get_by_role("button", name=button).click()
        await expect(messages.last).to_contain_text(shown)
    await expect(messages.nth(3)).to_contain_text("receipt-47edb818402b-137-609.txt")

    await type_command(page, "ask", "the of and")
    await expect(messages.last).to_contain_text("There is nothing in that question to look for.")
    await type_command(page, "sources")
    await expect(messages.last).to_contain_text("1 document")
    await type_command(page, "about")
    await expect(messages.last).to_contain_text("all-MiniLM-L6-v2")
