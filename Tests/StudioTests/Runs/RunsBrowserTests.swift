import Foundation
import TestSupport
import Testing

@testable import Studio

/// The rooms Runs and Models as a person uses them, in a real browser.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct RunsBrowserTests {
  private static func button(_ words: String) -> String {
    "[...document.querySelectorAll('button, a.button')].find(one => one.textContent === \(Browser.quoted(words)) && one.offsetParent)"
  }

  private func press(_ words: String, _ browser: Browser) async throws {
    try await browser.wait("Boolean(\(Self.button(words)))")
    try await browser.value("\(Self.button(words)).click()")
  }

  private func fill(_ name: String, _ value: String, _ browser: Browser) async throws {
    try await browser.value(
      "document.querySelector('form [name=\(name)]').value = \(Browser.quoted(value))")
  }

  private func state(_ words: String) -> String {
    "[...document.querySelectorAll('#runs-table tbody tr')].some(row => row.cells[2].textContent === \(Browser.quoted(words)))"
  }

  private func expectNoComplaint(_ browser: Browser) async throws {
    let complaints = try await browser.complaints()
    #expect(complaints.isEmpty, "\(complaints)")
    #expect(try await browser.value("document.getElementById('problem').textContent") == "")
  }

  @Test(arguments: Browser.installed) func aTrainingBeginsStopsGoesOnAndIsLookedInto(
    in kind: Browser.Kind
  ) async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'runs'")
        try await press("New training", browser)
        try await browser.wait("document.querySelectorAll('form .fields label').length > 20")
        let wanted = ["data": folder.data, "target": "ripe", "hidden": "4"]
        for (name, value) in wanted.merging(FolderOfRuns.endless, uniquingKeysWith: { $1 }) {
          try await fill(name, value, browser)
        }
        try await press("Train", browser)
        // The run that has begun is shown, live.
        try await browser.wait("location.hash === '#runs=clouds'")
        try await browser.wait(state("training"))
        try await press("Stop", browser)
        try await browser.wait(state("interrupted"), seconds: 120)
        try await press("Go on", browser)
        try await browser.wait("Boolean(document.querySelector('#run-content form [name=epochs]'))")
        let done = try await browser.number(
          "document.querySelector('#runs-table tbody tr').cells[5].textContent.replaceAll(',', '')")
        try await browser.value(
          "document.querySelector('#run-content form [name=epochs]').value = '\(Int(done) + 3)'")
        try await browser.value(
          "document.querySelector('#run-content form').requestSubmit()")
        try await browser.wait(state("finished"), seconds: 120)
        // Which rows are these?
        try await browser.wait("document.querySelectorAll('.confusion button').length === 4")
        let count = try await browser.number(
          "document.querySelector('.confusion button:not(:disabled)').textContent")
        try await browser.click(".confusion button:not(:disabled)")
        try await browser.wait(
          "document.querySelectorAll('#run-content [aria-live] .cards li').length === \(Int(min(24, count)))"
        )
        try await expectNoComplaint(browser)
        try await press("Try it", browser)
        try await browser.wait("Boolean(document.querySelector('.asking form'))")
        try await press("Ask", browser)
        try await browser.wait("Boolean(document.querySelector('.asking .parts table'))")
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test(arguments: Browser.installed) func runsAreComparedAndModelsRegistered(in kind: Browser.Kind)
    async throws
  {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      for epochs in ["1", "2"] {
        try await studio.end(of: studio.train(folder.wish(["epochs": epochs])))
      }
      try await Browser.with(kind, width: 360, height: 780) { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'runs'")
        try await browser.wait("document.querySelectorAll('#runs-table tbody tr').length === 2")
        try await browser.value(
          "document.querySelectorAll('#runs-table [type=checkbox]').forEach(box => box.click())")
        try await press("Compare 2 runs", browser)
        try await browser.wait("Boolean(document.querySelector('#run iframe'))")
        try await expectFits(browser)
        try await browser.value("location.hash = 'models'")
        try await browser.value(
          """
          (() => { const run = document.querySelector('#models-content form input'); run.value = 'clouds'; \
          run.form.requestSubmit(); })()
          """)
        try await press("Make live", browser)
        try await browser.wait(
          "document.querySelector('.model').textContent.includes('version 1 is live')")
        try await expectFits(browser)
        try await expectNoComplaint(browser)
        let nameless = try await browser.value(
          """
          [...document.querySelectorAll('button, input, select, svg[role], iframe')] \
          .filter(one => !(one.ariaLabel || one.textContent.trim() || one.title || one.labels?.length)) \
          .map(one => one.outerHTML.slice(0, 120)).join('\\n')
          """)
        #expect(nameless == "")
      }
    }
  }

  private func expectFits(_ browser: Browser) async throws {
    #expect(try await browser.number("document.documentElement.scrollWidth") <= 360)
  }
}
