import Datasets
import Explaining
import TestSupport
import Testing
import Training

@testable import Commands
@testable import Studio

/// The page of a learning cycle of a network that sees: its windows move over the image.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct TraceWindowTests {
  /// Where frames of a kind stand: image, first row and column from 1, rows and columns.
  private static func frames(_ kind: String) -> String {
    """
    [...document.querySelectorAll('details[open] .sight rect.\(kind)')].map(box => {
      let tile = box;
      while (tile.tagName !== 'image') tile = tile.previousElementSibling;
      const of = (element, name) => Number(element.getAttribute(name));
      const across = of(tile, 'width') / tile.dataset.columns, down = of(tile, 'height') / tile.dataset.rows;
      return [tile.dataset.pixels + (tile.dataset.channel ?? ''), (of(box, 'y') - of(tile, 'y')) / down + 1,
        (of(box, 'x') - of(tile, 'x')) / across + 1, of(box, 'height') / down, of(box, 'width') / across]
        .map(one => typeof one === 'number' ? Math.round(one * 1000) / 1000 : one).join(' ');
    }).join('; ')
    """.split(separator: "\n").joined(separator: " ")
  }

  @Test(arguments: Browser.installed) func windowsMoveOverTheImage(in kind: Browser.Kind)
    async throws
  {
    let run = try PictureRun()
    let model = run.model
    let input = try PictureExamples(StoredRun(run.folder.path("runs/bars"))).example(0).input
    let trace = try model.tracer.trace(inputs: input, targets: [1])
    try run.folder.write(
      trace.html(drawing: TraceFigures(preprocessing: model.preprocessing).html), to: "trace.html")
    let address = "file://\(run.folder.path("trace.html"))"
    try await Browser.with(kind, width: 400) { browser in
      try await browser.open(address)
      try await browser.wait("document.querySelectorAll('.moving').length === 2")
      // The story comes to a sum of the convolution, and to a number of the pool.
      func go(to letters: String) async throws -> (row: Int, column: Int, channel: Int) {
        let symbol = try await browser.value(
          """
          (() => { const next = document.querySelectorAll('.story button')[2]; \
          const now = () => document.querySelector('.now [data-symbol]')?.dataset.symbol ?? ''; \
          do next.click(); while (!now().startsWith('\(letters)')); return now(); })()
          """)
        let digits = Array("₀₁₂₃₄₅₆₇₈₉")
        let places = symbol.dropFirst(letters.count).split(separator: ",").map { part in
          part.reduce(0) { 10 * $0 + (digits.firstIndex(of: $1) ?? 0) }
        }
        return (places[0], places[1], places[2])
      }
      let sum = try await go(to: "z⁽¹⁾")
      #expect(
        try await browser.value(Self.frames("moves")) == "x \(sum.row) \(sum.column) 3 3")
      #expect(
        try await browser.value(Self.frames("kernel")) == "w⁽¹⁾\(sum.channel) 1 1 3 3")
      let pixels = try await browser.value(Self.frames("pixel"))
      #expect(pixels.contains("z⁽¹⁾ a⁽¹⁾\(sum.channel) \(sum.row) \(sum.column) 1 1"), "\(pixels)")
      let pooled = try await go(to: "a⁽²⁾")
      let window = "z⁽¹⁾ a⁽¹⁾\(pooled.channel) \(2 * pooled.row - 1) \(2 * pooled.column - 1) 2 2"
      #expect(try await browser.value(Self.frames("moves")) == window)

      // By hand, by itself, and as a pixel is pointed at.
      try await browser.value(
        """
        (() => { const range = document.querySelector('.moving input'); range.value = 9; \
        range.dispatchEvent(new Event('input')); })()
        """)
      #expect(try await browser.value(Self.frames("moves")) == "x 2 3 3 3")
      #expect(
        try await browser.value("document.querySelector('.moving output').textContent")
          == "Row 2, column 3, map 1")
      try await browser.click(".moving button")
      try await browser.wait(
        "document.querySelector('.moving output').textContent === 'Row 6, column 6, map 1'")
      #expect(try await browser.value(Self.frames("moves")) == "x 6 6 3 3")
      try await browser.value(
        """
        (() => { const tile = [...document.querySelectorAll('.sight')[0].querySelectorAll('image')].at(-1); \
        const box = tile.getBoundingClientRect(); tile.dispatchEvent(new PointerEvent('pointermove', \
        {bubbles: true, clientX: box.left + 4.5 / 6 * box.width, clientY: box.top + 3.5 / 6 * box.height})); })()
        """)
      #expect(try await browser.value(Self.frames("moves")) == "x 4 5 3 3")
      #expect(try await browser.number("document.documentElement.scrollWidth") <= 400)
      let complaints = try await browser.complaints()
      #expect(complaints.isEmpty, "\(complaints)")
    }
  }
}
