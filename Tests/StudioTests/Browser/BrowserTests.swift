import Foundation
import TestSupport
import Testing

@testable import Studio

/// The page as a person uses it, in a real browser.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct BrowserTests {
  private static let step = "Number(document.getElementById('at').textContent.replaceAll(',', ''))"

  private static func text(_ id: String) -> String {
    "document.getElementById('\(id)').textContent"
  }

  private func open(_ browser: Browser, _ studio: RunningStudio) async throws {
    try await browser.open(studio.address)
    try await browser.wait("document.querySelectorAll('.unit').length > 5")
    try await browser.wait("document.getElementById('standing').textContent.includes('epoch')")
  }

  private func expectNoComplaint(_ browser: Browser) async throws {
    let complaints = try await browser.complaints()
    #expect(complaints.isEmpty, "\(complaints)")
    #expect(try await browser.value(Self.text("problem")) == "")
  }

  @Test(arguments: Browser.installed) func everyRoomOpens(in kind: Browser.Kind) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await open(browser, studio)
        // The token is not left where it would be copied along.
        #expect(try await !browser.value("location.href").contains(studio.token))
        try await browser.value("location.hash = 'lessons'")
        try await browser.wait("!document.getElementById('lesson').hidden")
        try await browser.wait("document.querySelectorAll('#lesson-list li').length > 10")
        try await browser.value("location.hash = 'runs'")
        try await browser.wait("!document.getElementById('runs-none').hidden")
        try await browser.value("location.hash = 'playground'")
        try await browser.wait("!document.getElementById('playground').hidden")
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test(arguments: Browser.installed) func itPlaysGoesBackForksAndIsTakenHoldOf(
    in kind: Browser.Kind
  ) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await open(browser, studio)
        try await browser.click("#play")
        try await browser.wait("\(Self.step) >= 200")
        try await browser.click("#play")
        try await browser.wait("\(Self.text("play")) === 'Play'")
        let reached = Int(try await browser.number(Self.step))
        let there = try await browser.value(Self.text("standing"))
        for count in 1...3 {
          try await browser.click("#back")
          try await browser.wait("\(Self.step) === \(reached - count)")
        }
        for count in 1...3 {
          try await browser.click("#step")
          try await browser.wait("\(Self.step) === \(reached - 3 + count)")
        }
        try await browser.wait("\(Self.text("standing")) === \(Browser.quoted(there))")

        try await browser.click("#fork")
        try await browser.wait("document.querySelectorAll('.plane').length === 2")
        try await browser.click("#fork")
        try await browser.wait("document.querySelectorAll('.plane').length === 1")

        try await browser.value(
          "document.querySelectorAll('.hold')[3].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        try await browser.wait("document.querySelectorAll('#story math').length > 5")
        try await browser.click("#held button")
        try await browser.wait(
          "document.getElementById('proof')?.textContent.includes('1 of 1 gradients agree')")
        // Another number by hand: what is drawn and told follows.
        try await browser.value(
          """
          (() => { const grip = document.querySelector('#held input[type=number]'); grip.value = '1.5'; \
          grip.dispatchEvent(new Event('change')); })()
          """)
        try await browser.wait(
          "[...document.querySelectorAll('.hold title')].some(one => one.textContent.endsWith(': 1.5'))"
        )
        try await browser.wait("\(Self.text("story")).includes('1.5')")
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test(arguments: Browser.installed) func everyWeightOnThePageIsTheEngines(in kind: Browser.Kind)
    async throws
  {
    let settings =
      #"{"data":{"plane":"moons","noise":0.1,"count":80},"run":{"hidden":[3,2],"activation":"tanh","batch":10,"seed":5,"optimizer":"sgd","learning_rate":0.1}}"#
    try await RunningStudio.with(
      start: try JSONDecoder().decode(PlaygroundSettings.self, from: Data(settings.utf8))
    ) { studio in
      try await Browser.with(kind) { browser in
        try await open(browser, studio)
        for _ in 0..<5 { try await browser.click("#epoch") }
        try await browser.wait(
          "document.getElementById('standing').textContent.startsWith('epoch 5')")
        let playground = try Playground(
          JSONDecoder().decode(PlaygroundSettings.self, from: Data(settings.utf8)))
        for _ in 0..<5 { try playground.advanceEpoch() }
        #expect(Int(try await browser.number(Self.step)) == playground.step)
        let titles = try await browser.value(
          "[...document.querySelectorAll('.hold title')].map(one => one.textContent.split(': ')[1]).join()"
        )
        let shown = titles.replacingOccurrences(of: "−", with: "-").split(separator: ",")
          .compactMap { Double($0) }
        let parameters = try #require(try playground.frame().parameters)
        let own = ["dense/kernel", "dense_1/kernel", "dense_2/kernel"]
          .flatMap { parameters[$0] ?? [] }
        #expect(shown.count == own.count && own.count == 2 * 3 + 3 * 2 + 2)
        for (shown, own) in zip(shown, own) {
          // Six significant digits are shown.
          #expect(abs(shown - Double(own)) <= 5e-6 * max(1e-4, abs(Double(own))), "\(shown) \(own)")
        }
      }
    }
  }

  @Test(arguments: Browser.installed) func itIsLedByKeysAlone(in kind: Browser.Kind) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await open(browser, studio)
        try await browser.press("\u{E014}\u{E014}\u{E014}")
        try await browser.wait("\(Self.step) === 3")
        try await browser.press("\u{E012}")
        try await browser.wait("\(Self.step) === 2")
        try await browser.press(" ")
        try await browser.wait("\(Self.text("play")) === 'Pause'")
        try await browser.press(" ")
        try await browser.wait("\(Self.text("play")) === 'Play'")
        // A unit is reached and held by keys.
        try await browser.value("document.querySelectorAll('.unit')[4].focus()")
        try await browser.press("\u{E007}")
        try await browser.wait("document.querySelectorAll('#story math').length > 3")
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test(arguments: Browser.installed) func nothingIsCutOnAPhone(in kind: Browser.Kind) async throws
  {
    try await RunningStudio.with { studio in
      try await Browser.with(kind, width: 360, height: 780) { browser in
        try await open(browser, studio)
        for room in ["playground", "pictures", "runs", "data", "lessons", "models"] {
          try await browser.value("location.hash = '\(room)'")
          try await browser.wait("!document.getElementById('\(room)').hidden")
          let width = try await browser.number("document.documentElement.scrollWidth")
          #expect(width <= 360, "\(room): \(width)")
        }
      }
    }
  }

  @Test(arguments: Browser.installed) func everythingHasANameForThoseWhoHearThePage(
    in kind: Browser.Kind
  ) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await open(browser, studio)
        let nameless = try await browser.value(
          """
          [...document.querySelectorAll('button, input, select, [role=button], [role=radio], canvas[role=img], svg[role], iframe')] \
          .filter(one => !(one.ariaLabel || one.textContent.trim() || one.title || one.labels?.length)) \
          .map(one => one.outerHTML.slice(0, 120)).join('\\n')
          """)
        #expect(nameless == "")
      }
    }
  }
}
