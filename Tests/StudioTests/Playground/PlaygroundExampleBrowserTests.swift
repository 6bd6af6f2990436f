import Charts
import Codecs
import Datasets
import Foundation
import TestSupport
import Testing

@testable import Studio

/// The playground of pictures and series as a person uses it.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct PlaygroundExampleBrowserTests {
  private static let step = "Number(document.getElementById('at').textContent.replaceAll(',', ''))"

  private func open(_ browser: Browser, _ studio: RunningStudio, _ made: String) async throws {
    try await browser.open(studio.address)
    try await browser.wait("document.querySelectorAll('.unit').length > 5")
    try await browser.click("[data-plane=\(made)]")
    try await browser.wait(
      "document.querySelector('.row-view .verdict')?.textContent.includes('answers')")
  }

  private func hold(_ browser: Browser, _ name: String) async throws {
    // Just behind the middle of the unit, as a pointer does.
    try await browser.run(
      """
      const one = document.querySelector('.unit[aria-label="\(name)"]'), box = one.getBoundingClientRect();
      one.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1, clientX: box.left + 0.55 * box.width, clientY: box.top + 0.55 * box.height }));
      """)
    try await browser.wait("document.querySelectorAll('#story math').length > 2")
  }

  @Test func picturesAreLearnedGoneBackInAndTakenHoldOf() async throws {
    try await RunningStudio.with { studio in
      try await Browser.with { browser in
        try await open(browser, studio, "strokes")
        #expect(try await browser.value("document.querySelector('.row-view canvas').width") == "8")
        try await browser.click("#play")
        try await browser.wait("\(Self.step) >= 20")
        try await browser.click("#play")
        try await browser.wait("document.getElementById('play').textContent === 'Play'")
        let reached = Int(try await browser.number(Self.step))
        let there = try await browser.value("document.getElementById('standing').textContent")
        try await browser.click("#back")
        try await browser.wait("\(Self.step) === \(reached - 1)")
        try await browser.click("#step")
        try await browser.wait(
          "document.getElementById('standing').textContent === \(Browser.quoted(there))")

        try await hold(browser, "conv2d map 2")
        // The middle of 6 × 6 is its fourth row and column.
        #expect(
          try await browser.value(
            "[...document.querySelectorAll('#held input[type=number]')].slice(0, 2).map(one => one.value).join()"
          ) == "4,4")
        // The window of 3 × 3 pixels is framed over the picture of 8 × 8.
        try await browser.wait("document.querySelectorAll('.reads.cell').length === 1")
        let window = try await browser.value(
          """
          (() => { const window = document.querySelector('.reads:not(.cell)'), unit = document.querySelector('.unit[aria-label="the picture"]'); \
          const of = (one, name) => Number(one.getAttribute(name)), share = (from, size) => Math.round(8 * (of(window, from) - of(unit, from)) / of(unit, size)); \
          return [share('x', 'width'), share('y', 'height'), Math.round(8 * of(window, 'width') / of(unit, 'width')), Math.round(8 * of(window, 'height') / of(unit, 'height'))].join(); })()
          """)
        #expect(window == "3,3,3,3")
        // The story lights up the numbers of a line where they stand.
        for _ in 0..<40
        where try await browser.number("document.querySelectorAll('svg .spot.lit').length") < 3 {
          try await browser.run("[...document.querySelectorAll('.story button')].at(-1).click()")
        }
        #expect(try await browser.number("document.querySelectorAll('svg .spot.lit').length") >= 3)

        // Another row, another picture and other numbers.
        let before = try await browser.value("document.getElementById('story').textContent")
        try await browser.click("[aria-label='The next row']")
        try await browser.wait(
          "document.getElementById('story').textContent !== \(Browser.quoted(before))")
        #expect(try await browser.complaints().isEmpty)
        #expect(try await browser.value("document.getElementById('problem').textContent") == "")
      }
    }
  }

  @Test func seriesAreLearnedAndTakenHoldOf() async throws {
    try await RunningStudio.with { studio in
      try await Browser.with { browser in
        try await open(browser, studio, "waves")
        try await browser.click("#epoch")
        try await hold(browser, "lstm 2")
        #expect(
          try await browser.value("document.querySelector('#held input[type=number]').value") == "7"
        )
        try await browser.click("#fork")
        try await browser.wait("document.querySelectorAll('.row-view').length === 2")
        #expect(try await browser.complaints().isEmpty)
        // Back to a plane.
        try await browser.click("[data-plane=moons]")
        try await browser.wait("document.querySelectorAll('.plane').length === 1")
        #expect(try await browser.value("document.getElementById('problem').textContent") == "")
      }
    }
  }

  /// Files as a page has them from whoever drops or chooses them: a name or path, and content in base64.
  private static func files(_ files: [(String, [UInt8])]) -> String {
    let list = files.map { name, bytes in
      "[\(Browser.quoted(name)), \(Browser.quoted(Data(bytes).base64EncodedString()))]"
    }
    return """
      const held = new DataTransfer();
      for (const [path, content] of [\(list.joined(separator: ","))])
        held.items.add(new File([Uint8Array.from(atob(content), sign => sign.charCodeAt(0))], path.split("/").at(-1)));

      """
  }

  @Test func filesThatBelongTogetherAreKeptAndLearnedFrom() async throws {
    let run = try PictureRun()
    func bytes(_ name: String) throws -> [UInt8] {
      try [UInt8](Data(contentsOf: URL(filePath: run.folder.path(name))))
    }
    let idx = Self.files([
      ("images.idx", try bytes("images.idx")), ("labels.idx", try bytes("labels.idx")),
    ])
    // Dark and bright squares of 8 × 8 pixels.
    let pictures = (0..<24).map { place in
      let levels = [UInt8](
        repeating: place % 2 == 0 ? UInt8(20 + place) : UInt8(200 + place), count: 8 * 8 * 3)
      let address = PNGBitmap(width: 8, height: 8, redGreenBlue: levels).dataAddress
      let content = Data(base64Encoded: String(address.split(separator: ",")[1])) ?? Data()
      return ("set/\(place % 2 == 0 ? "dark" : "bright")/\(place).png", [UInt8](content))
    }
    let folder = try TemporaryFolder()
    let readers = StudioReaders(decoders: .standard)
    try await RunningStudio.with(folder: folder.path("runs"), readers: readers) { studio in
      try await Browser.with { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        try await browser.run(
          idx + "dispatchEvent(new DragEvent('drop', { dataTransfer: held, cancelable: true }));")
        try await browser.wait(
          "document.querySelector('.row-view .verdict')?.textContent.includes('answers')")
        #expect(
          try await browser.value("document.getElementById('path').value")
            == "\(folder.path("runs/data/images/images.idx")):\(folder.path("runs/data/images/labels.idx"))"
        )

        let paths = pictures.map { Browser.quoted($0.0) }.joined(separator: ",")
        try await browser.run(
          Self.files(pictures)
            + """
            const paths = [\(paths)], input = document.getElementById("folder");
            [...held.files].forEach((file, place) => Object.defineProperty(file, "webkitRelativePath", { value: paths[place] }));
            Object.defineProperty(input, "files", { value: [...held.files] });
            input.dispatchEvent(new Event("change"));
            """)
        try await browser.wait(
          "document.getElementById('path').value === \(Browser.quoted(folder.path("runs/data/set")))"
        )
        try await browser.wait(
          "/answers (dark|bright)/.test(document.querySelector('.row-view .verdict')?.textContent)")
        #expect(try await browser.complaints().isEmpty)
        #expect(try await browser.value("document.getElementById('problem').textContent") == "")
      }
    }
  }
}
