import Testing

@testable import Studio

/// What the other tests rely on in each browser: that a fault of the page is heard, that as much is seen
/// as was asked for, and that keys and colours arrive.
@Suite(.serialized) struct BrowserDriverTests {
  @Test(.enabled(if: Browser.Kind.chromium.isInstalled, "no Chromium and driver"))
  func chromiumIsDriven() async throws { try await expectDriven(.chromium) }

  @Test(.enabled(if: Browser.Kind.firefox.isInstalled, "no Firefox"))
  func firefoxIsDriven() async throws { try await expectDriven(.firefox) }

  private func expectDriven(_ kind: Browser.Kind) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind, width: 360, height: 700) { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        #expect(try await browser.value("`${innerWidth} ${innerHeight}`") == "360 700")
        for isDark in [true, false] {
          try await browser.show(dark: isDark)
          try await browser.wait("matchMedia('(prefers-color-scheme: dark)').matches === \(isDark)")
        }
        try await browser.run(
          "addEventListener('keydown', event => { document.body.dataset.keys = `${document.body.dataset.keys ?? ''} ${event.key}`; })"
        )
        try await browser.press("e\u{E014}")
        try await browser.wait("document.body.dataset.keys === ' e ArrowRight'")
        #expect(try await browser.complaints().isEmpty)
        try await browser.run("setTimeout(() => { nothingIsCalledSo(); })")
        try await browser.run(
          "document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.invalid/x.png'}))"
        )
        var heard: [String] = []
        for _ in 0..<500
        where
          !(heard.contains { $0.contains("nothingIsCalledSo") }
          && heard.contains { $0.contains("elsewhere.invalid") })
        {
          try await Task.sleep(for: .milliseconds(20))
          heard += try await browser.complaints()
        }
        #expect(heard.contains { $0.contains("nothingIsCalledSo") })
        #expect(heard.contains { $0.contains("elsewhere.invalid") }, "the policy of the page")
        #expect(try await browser.complaints().isEmpty, "what was heard is not heard again")
        await #expect(throws: BrowserFailure.self) {
          try await browser.value("nothingIsCalledSo()")
        }
      }
    }
  }
}
