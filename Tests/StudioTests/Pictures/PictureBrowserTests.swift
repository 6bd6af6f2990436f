import Codecs
import Datasets
import Foundation
import TestSupport
import Testing
import Training

@testable import Studio

/// The room Pictures as a person uses it.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct PictureBrowserTests {
  private static let shares =
    "[...document.querySelectorAll('.answers output')].map(one => one.textContent).join()"

  private func open(
    _ run: PictureRun, in kind: Browser.Kind, width: Int = 1400,
    _ body: @escaping @Sendable (Browser) async throws -> Void
  ) async throws {
    let folder = run.folder.path("runs")
    try await RunningStudio.with(folder: folder, readers: StudioReaders(decoders: .standard)) {
      studio in
      try await Browser.with(kind, width: width) { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        try await browser.value("location.hash = 'pictures'")
        try await browser.wait("document.querySelectorAll('.layer').length === 4")
        try await body(browser)
        let complaints = try await browser.complaints()
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(try await browser.value("document.getElementById('problem').textContent") == "")
      }
    }
  }

  @Test(arguments: Browser.installed) func aPictureIsDrawnByKeyboardAndEveryNumberIsTheEngines(
    in kind: Browser.Kind
  ) async throws {
    let run = try PictureRun()
    let model = run.model
    try await open(run, in: kind) { browser in
      // A bar of the pencil's least width, drawn downwards by Shift and the arrow.
      try await browser.value(
        """
        (() => { const pen = document.querySelector('.picture-columns input[type=range]'); pen.value = 1; \
        document.querySelector('.sketch canvas').focus(); })()
        """)
      let before = try await browser.value(Self.shares)
      try await browser.press("\u{E014}\u{E014}\u{E014} ")
      try await browser.value(
        """
        (() => { const canvas = document.querySelector('.sketch canvas'); for (let row = 0; row < 7; row += 1) \
        canvas.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', shiftKey: true, bubbles: true})); })()
        """)
      try await browser.wait("\(Self.shares) !== \(Browser.quoted(before))")
      let board = try PictureBoard(model)
      try board.draw(PictureRun.bar)
      let expected = try board.prediction.probabilities!.values.map { Double($0) }
      func agree(_ board: PictureBoard) async throws -> Bool {
        let shown = try await browser.value(Self.shares).split(separator: ",")
          .compactMap { Double($0.replacingOccurrences(of: "−", with: "-")) }
        let shares = try board.prediction.probabilities!.values
        return shown.count == 2
          && zip(shown, shares).allSatisfy { abs($0 - Double($1)) <= 0.006 * Double($1) }
      }
      for _ in 0..<200 where try await !agree(board) {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(try await agree(board), "\(expected)")

      // A pixel of the second map: its sum is the engine's.
      try await browser.value(
        "document.querySelectorAll('.layer')[1].querySelectorAll('.tile')[1].click()")
      try await browser.wait("document.querySelectorAll('#picture-cell math').length > 3")
      let cell = try board.cell(layer: 1, (3 * 6 + 3) * 4 + 1)
      let title = try await browser.value("document.querySelector('#picture-cell h3').textContent")
      #expect(title.hasPrefix("conv2d, map 2, row 4, column 4 = "))
      let number = title.split(separator: " ").last.map {
        Double($0.replacingOccurrences(of: "−", with: "-")) ?? .nan
      }
      #expect(abs((number ?? .nan) - Double(cell.value)) <= 1e-5 * max(1, abs(Double(cell.value))))
      #expect(try await browser.number("document.querySelectorAll('.window.reads').length") == 1)
      #expect(try await browser.number("document.querySelectorAll('button.number').length") == 10)

      // Another weight: what follows follows, and comes back.
      let answered = try await browser.value(Self.shares)
      try await browser.click("button.number")
      try await browser.value(
        """
        (() => { const grip = document.querySelector('.weight input[type=number]'); grip.value = '2'; \
        grip.dispatchEvent(new Event('change')); })()
        """)
      try await browser.wait("document.querySelectorAll('button.number.changed').length === 1")
      let weight = try #require(cell.terms.first { $0.input != nil })
      try board.edit(weight.weight!, weight.cell!, to: 2)
      #expect(try await agree(board))
      try await browser.value(
        "[...document.querySelectorAll('#pictures button')].find(one => one.textContent === 'As it was').click()"
      )
      try await browser.wait("\(Self.shares) === \(Browser.quoted(answered))")
      try await browser.wait("document.querySelectorAll('button.number.changed').length === 0")
    }
  }

  @Test(arguments: Browser.installed) func theRunsOwnPicturesAndWhatDecidesAreShownOnATelephoneToo(
    in kind: Browser.Kind
  ) async throws {
    try await open(try PictureRun(), in: kind, width: 360) { browser in
      func press(_ name: String) async throws {
        try await browser.value(
          "[...document.querySelectorAll('#pictures button')].find(one => one.textContent === '\(name)').click()"
        )
      }
      try await press("Pictures of the run")
      try await browser.wait("document.querySelectorAll('.example').length === 9")
      try await browser.click(".example")
      try await browser.wait(
        "document.querySelector('#pictures .standing').textContent.startsWith('test picture 1: ')")
      try await press("Show")
      try await browser.wait("document.querySelectorAll('.regions img').length === 1")
      #expect(try await browser.value("document.documentElement.scrollWidth <= 360") == "true")
      let nameless = try await browser.value(
        """
        [...document.querySelectorAll('#pictures button, #pictures input, #pictures select, #pictures canvas[tabindex]')] \
        .filter(one => !(one.textContent.trim() || one.ariaLabel || one.closest('label'))).length
        """)
      #expect(nameless == "0")
    }
  }

  /// A studio that takes its time, played by the page itself, so that there is time to stop.
  @Test(arguments: Browser.installed) func anExplanationShowsHowFarItIsAndIsStopped(
    in kind: Browser.Kind
  ) async throws {
    try await open(try PictureRun(), in: kind) { browser in
      try await browser.run(
        """
        const real = window.fetch;
        window.fetch = (path, options) => path.includes('/explanation')
          ? Promise.resolve(new Response(new ReadableStream({ start(stream) {
              stream.enqueue(new TextEncoder().encode('{"done": 1, "of": 4}\\n'));
              options.signal.addEventListener('abort', () => { window.isStopped = true; stream.error(options.signal.reason); });
            } })))
          : real(path, options);
        """)
      func press(_ name: String) async throws {
        try await browser.value(
          "[...document.querySelectorAll('#pictures button')].find(one => one.textContent === '\(name)').click()"
        )
      }
      try await press("Show")
      try await browser.wait("document.querySelector('.regions progress')?.position === 0.25")
      #expect(
        try await browser.value("document.querySelector('.regions').textContent").contains("25 %"))
      try await press("Stop")
      try await browser.wait("window.isStopped && !document.querySelector('.regions').textContent")
    }
  }
}
