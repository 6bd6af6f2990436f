"""Takes the pictures of the studio, into Docs/images: of its rooms, wide and narrow, light and dark. Needs the
program, Chromium and its driver (on Debian: apt-get install chromium chromium-driver) and Pillow.

    python3 Scripts/studio_pictures.py [PROGRAM [FOLDER]]
"""

import base64
import http.client
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from PIL import Image

program = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/glassbox").resolve())
images = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent / "Docs/images").resolve()
digits = pathlib.Path(__file__).parent.parent.resolve() / "Examples/Data/digits.csv"


class Browser:
    def __init__(self, driver):
        line = next(line for line in driver.stdout if "started successfully" in line)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r"port (\d+)", line)[1]))
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]
        options = {"browserName": "chrome", "goog:chromeOptions": {"args": flags}}
        self.path = ""
        self.path = "/" + self.call("", {"capabilities": {"alwaysMatch": options}})["sessionId"]

    def call(self, path, body):
        method, content = ("DELETE", None) if body is None else ("POST", json.dumps(body))
        self.connection.request(method, f"/session{self.path}{path}", content)
        value = json.loads(self.connection.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            sys.exit(value["message"])
        return value

    def tell(self, command, **parameters):
        return self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def do(self, script):
        return self.call("/execute/sync", {"script": f"return {script}", "args": []})

    def wait(self, script):
        end = time.time() + 60
        while not self.do(script):
            if time.time() > end:
                sys.exit(f"never true: {script}")
            time.sleep(0.05)

    def take(self, name, width, height, dark):
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.tell("Emulation.setEmulatedMedia", features=scheme)
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.do("dispatchEvent(new Event('resize'))")
        time.sleep(0.7)
        picture = self.tell("Page.captureScreenshot", format="png")["data"]
        image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
        image.quantize(128, dither=Image.Dither.NONE).save(images / name, optimize=True)


def show(browser, address):
    browser.call("/url", {"url": address})
    browser.wait("document.querySelectorAll('.unit').length > 5")
    browser.do("[...document.querySelectorAll('#planes button')].find(b => b.textContent === 'circles').click()")
    time.sleep(1)
    browser.do("document.querySelector('#epoch').click()")
    for epoch in range(2, 26):
        browser.wait(f"document.querySelector('#standing').textContent.startsWith('epoch {epoch - 1} ')")
        browser.do("document.querySelector('#epoch').click()")
    browser.do("document.querySelectorAll('.hold')[9].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    browser.wait("document.querySelectorAll('#story math').length > 5")
    browser.do("document.querySelector('#held button').click()")
    browser.wait("Boolean(document.querySelector('#proof'))")
    # The page brings what was asked for into view; the pictures begin at the top.
    time.sleep(1.5)
    browser.do("scrollTo(0, 0)")
    for width, height, name in [(1400, 1180, ""), (400, 1180, "-narrow")]:
        for dark in (False, True):
            browser.take(f"studio{name}{'-dark' if dark else ''}.png", width, height, dark)
    for room, ready, click, shown in rooms:
        browser.do(f"location.hash = '{room}'")
        browser.wait(ready)
        if click:
            browser.do(f"{click}.click()")
            browser.wait(shown)
        for width, name in [(1400, ""), (400, "-narrow")]:
            browser.take(f"studio-{room}{name}.png", width, 1000, False)
        browser.take(f"studio-{room}-dark.png", 1400, 1000, True)


named = "[...document.querySelectorAll('{} {}')].find(one => one.textContent === '{}')".format
rooms = [
    ("runs", "document.querySelectorAll('#runs-table tbody tr').length > 0", "document.querySelector('#runs-table tbody button')",
     "document.querySelectorAll('#run svg').length > 0"),
    ("pictures", "document.querySelectorAll('#pictures canvas').length > 3", named("#pictures", "button", "Pictures of the run"),
     "document.querySelectorAll('#pictures canvas').length > 12"),
    ("data", f"Boolean({named('#data', 'a', 'digits.csv')})", None, None),
    ("lessons", "!document.getElementById('lesson').hidden", None, None),
    ("models", "document.querySelectorAll('#models button').length > 1", None, None),
]


def move(browser, address):
    """A network that learns, as a moving picture."""
    # Before the page is built, whose drawing is as wide as there is room.
    browser.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    browser.tell("Emulation.setDeviceMetricsOverride", width=1400, height=720, deviceScaleFactor=1, mobile=False)
    browser.call("/url", {"url": "about:blank"})
    browser.call("/url", {"url": address})
    browser.wait("document.querySelectorAll('.unit').length > 5")
    browser.do("[...document.querySelectorAll('#planes button')].find(one => one.textContent === 'circles').click()")
    time.sleep(1)
    frames = []
    for epoch in range(1, 31):
        picture = browser.tell("Page.captureScreenshot", format="png")["data"]
        image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB").resize((910, 468), Image.LANCZOS)
        frames.append(image.quantize(64, dither=Image.Dither.NONE))
        browser.do("document.querySelector('#epoch').click()")
        browser.wait(f"document.querySelector('#standing').textContent.startsWith('epoch {epoch} ')")
        time.sleep(0.15)
    frames[0].save(images / "studio.gif", save_all=True, append_images=frames[1:], duration=[160] * 29 + [1500], loop=0, optimize=True)


def main():
    with tempfile.TemporaryDirectory() as work:
        # By its own name, so that no picture shows where it lies.
        shutil.copy(digits, work)
        subprocess.run([program, "train", digits.name, "--target", "digit", "--epochs", "20", "--quiet"], cwd=work, check=True,
                       stdout=subprocess.DEVNULL)
        studio = subprocess.Popen([program, "studio", "--json"], cwd=work, stdout=subprocess.PIPE, text=True)
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            text = ""
            while "}" not in text:
                text += studio.stdout.readline()
            browser = Browser(driver)
            address = json.loads(text)["url"]
            show(browser, address)
            move(browser, address)
            browser.call("", None)
        finally:
            driver.terminate()
            studio.terminate()


main()
