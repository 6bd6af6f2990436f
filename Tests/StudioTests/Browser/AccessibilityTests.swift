import Foundation
import TestSupport
import Testing

@testable import Studio

/// What the checker axe finds on the pages, in light and in dark.
@Suite(.enabled(if: Browser.Kind.chromium.isInstalled && Checker.axe != nil), .serialized)
struct AccessibilityTests {
  @Test(arguments: [false, true]) func noRoomHasASeriousFinding(isDark: Bool) async throws {
    let axe = try String(contentsOf: try #require(Checker.axe), encoding: .utf8)
    try await RunningStudio.with { studio in
      try await Browser.with { browser in
        try await browser.show(dark: isDark)
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        try await browser.value(
          "document.querySelectorAll('.unit')[4].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        try await browser.wait("document.querySelectorAll('#story math').length > 3")
        try await browser.run(axe)
        for room in ["playground", "pictures", "runs", "data", "lessons", "models"] {
          try await browser.value("location.hash = '\(room)'")
          try await browser.wait("!document.getElementById('\(room)').hidden")
          try await Task.sleep(for: .milliseconds(300))
          try await browser.run(
            """
            window.found = undefined;
            axe.run(document, {resultTypes: ['violations'], iframes: false}).then(result => {
              window.found = result.violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .map(one => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)}`).join('\\n');
            }, error => { window.found = String(error); });
            """)
          try await browser.wait("window.found !== undefined")
          let found = try await browser.value("window.found")
          #expect(found == "", "\(room), \(isDark ? "dark" : "light")")
        }
      }
    }
  }
}

private enum Checker {
  /// Where `Scripts/install.sh tests` puts it.
  static let axe: URL? = {
    guard let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"] else { return nil }
    let library = URL(filePath: python).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "lib")
    let files = FileManager.default
    let versions = (try? files.contentsOfDirectory(atPath: library.path())) ?? []
    return versions.map {
      library.appending(path: "\($0)/site-packages/axe_playwright_python/axe.min.js")
    }.first { files.fileExists(atPath: $0.path()) }
  }()
}
