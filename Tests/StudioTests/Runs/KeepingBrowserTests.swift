import Engine
import Exchange
import Foundation
import Networks
import TestSupport
import Testing
import Training
import Tuning

@testable import Studio

/// Order among runs, studies, model files and dots as a person uses them, in a real browser.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct KeepingBrowserTests {
  private static func button(_ words: String) -> String {
    "[...document.querySelectorAll('button, a.button')].find(one => one.textContent === \(Browser.quoted(words)) && one.offsetParent)"
  }

  private func press(_ words: String, _ browser: Browser) async throws {
    try await browser.wait("Boolean(\(Self.button(words)))")
    try await browser.value("\(Self.button(words)).click()")
  }

  private func expectNoComplaint(_ browser: Browser) async throws {
    let complaints = try await browser.complaints()
    #expect(complaints.isEmpty, "\(complaints)")
    #expect(try await browser.value("document.getElementById('problem').textContent") == "")
  }

  private func write(_ selector: String, _ value: String, _ browser: Browser) async throws {
    try await browser.value(
      "(document.querySelector(\(Browser.quoted(selector))).value = \(Browser.quoted(value)), 1)")
  }

  @Test func aRunIsTaggedRenamedAndDeleted() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      for _ in 1...2 { try await studio.end(of: studio.train(folder.wish(["epochs": "1"]))) }
      try await Browser.with(width: 360, height: 780) { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'runs=clouds'")
        try await browser.wait("Boolean(document.querySelector('#run-content details summary'))")
        let form = "#run-content form.bar"
        try await browser.value(
          "document.querySelector('#run-content details').open = true")
        try await write("\(form) input[placeholder=baseline]", "good, first", browser)
        try await press("Add", browser)
        try await browser.wait(
          "document.querySelector('#runs-table tbody').textContent.includes('first, good')")
        try await write("\(form) input[required]", "fruit", browser)
        try await press("Rename", browser)
        try await browser.wait("location.hash === '#runs=fruit'")
        try await browser.wait("document.getElementById('run-title').textContent === 'fruit'")
        #expect(try RunCollection(path: folder.runs).list().runs.contains { $0.name == "fruit" })
        try await press("Delete", browser)
        try await browser.wait("Boolean(document.querySelector('dialog[open] pre'))")
        let told = try await browser.value("document.querySelector('dialog pre').textContent")
        #expect(told.contains("fruit: ") && told.contains("tags: first, good"))
        // Who is asked may keep it.
        try await press("Keep it", browser)
        try await browser.wait("!document.querySelector('dialog')")
        try await press("Delete", browser)
        try await browser.wait("Boolean(document.querySelector('dialog[open] .strong'))")
        try await browser.click("dialog .strong")
        try await browser.wait("document.querySelectorAll('#runs-table tbody tr').length === 1")
        try await browser.wait("location.hash === '#runs'")
        #expect(try RunCollection(path: folder.runs).list().runs.map(\.name) == ["clouds-2"])
        #expect(try await browser.number("document.documentElement.scrollWidth") <= 360)
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test func aStudyBeginsStopsAndGoesOn() async throws {
    let folder = try FolderOfRuns()
    let studies = folder.runs + "-studies"
    try await RunningStudio.with(folder: folder.runs, studies: studies) { studio in
      try await Browser.with { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'runs'")
        try await press("New study", browser)
        try await browser.wait("document.querySelectorAll('#runs-studies form label').length > 20")
        let form = "#runs-studies form"
        for (name, value) in [
          ("data", folder.data), ("target", "ripe"), ("hidden", "2"), ("epochs", "2"),
          ("study.trials", "2000"), ("study.finalists", "1"), ("study.final_seeds", "1"),
        ] { try await write("\(form) [name='\(name)']", value, browser) }
        try await press("Show the space for these data", browser)
        try await browser.wait(
          "document.querySelector('[name=\"study.space\"]').value.includes('learning_rate: {')")
        // A reader of JSON reads what braces enclose.
        try await browser.value(
          "(document.querySelector('[name=\"study.space\"]').value = '{\"learning_rate\": {\"from\": 0.001, \"to\": 1, \"scale\": \"log\"}}', 1)"
        )
        try await press("Begin", browser)
        let card = "document.querySelector('#runs-studies .card[aria-label=\"Study clouds\"]')"
        try await browser.wait("Boolean(\(card)?.querySelector('h4.live'))")
        try await browser.wait("\(card).querySelector('pre').textContent.length > 20")
        try await press("Stop", browser)
        try await browser.wait("!\(card).querySelector('h4.live')", seconds: 120)
        let count = try StoredStudy("\(studies)/clouds").record.trials.count
        try await press("Go on", browser)
        try await browser.wait(
          "Boolean(document.querySelector('\(form) [name=\"study.retry_failed\"]'))")
        try await write("\(form) [name='study.trials']", "\(count + 1)", browser)
        try await browser.value("document.querySelector('\(form)').requestSubmit()")
        try await press("The best run", browser)
        try await browser.wait("!document.getElementById('run').hidden")
        try await expectNoComplaint(browser)
      }
    }
  }

  @Test(arguments: Browser.installed) func aModelFileThatIsDroppedOpens(
    in kind: Browser.Kind
  ) async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      let name = try await studio.train(folder.wish(["epochs": "1"]))
      try await studio.end(of: name)
      let file = URL(fileURLWithPath: "\(folder.runs)/\(name)/model.safetensors")
      let content = try Data(contentsOf: file).base64EncodedString()
      try await Browser.with(kind, width: 360, height: 780) { browser in
        try await browser.open(studio.address)
        // Into the room that takes dropped tables.
        try await browser.wait("Boolean(document.querySelector('#views canvas'))")
        func drop(_ content: String, _ name: String) async throws {
          try await browser.run(
            """
            const bytes = Uint8Array.from(atob('\(content)'), letter => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], '\(name)'));
            document.getElementById('main').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
            """)
        }
        try await drop(content, "fruit.safetensors")
        try await browser.wait("location.hash === '#models?file=fruit.safetensors'")
        try await browser.wait(
          "document.querySelector('#models-content .file-line')?.textContent.includes('a model for binary of ripe')"
        )
        #expect(
          try await browser.number("document.querySelectorAll('#models-content figure img').length")
            == 2)
        #expect(try await browser.number("document.documentElement.scrollWidth") <= 360)
        try await press("Ask", browser)
        try await browser.wait("Boolean(document.querySelector('.asking .parts table'))")
        try await expectNoComplaint(browser)
        try await drop(Data("nothing".utf8).base64EncodedString(), "bad.safetensors")
        try await browser.wait(
          "document.getElementById('problem').textContent.includes('8 bytes')")
        // A network from elsewhere, with what was decided about it.
        let network = try ONNXExport(
          Model(
            Sequential([Dense(3, activation: .relu), Dense(3)]), inputShape: [2],
            loss: .crossEntropy)
        ).bytes
        try await drop(Data(network).base64EncodedString(), "elsewhere.onnx")
        try await browser.wait("location.hash === '#models?file=elsewhere.onnx'")
        try await browser.wait(
          "document.querySelector('[aria-label=\"The model that is tried\"] details .notes')?.textContent.includes('operators of version')"
        )
        #expect(try await browser.number("document.documentElement.scrollWidth") <= 360)
      }
    }
  }

  @Test func aDotShowsItsRow() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["target": "height", "epochs": "2"]))
      try await studio.end(of: name)
      try await Browser.with { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'runs=\(name)'")
        // The charts are drawn anew as the report arrives.
        try await browser.wait(
          "(document.querySelector('.dots')?.focus(), document.activeElement.matches('.dots'))")
        // The dot that is farthest to the left, then its neighbour.
        try await browser.press("\u{E014}\u{E014}\u{E007}")
        try await browser.wait(
          "document.querySelectorAll('#run-content [aria-live] .cards li').length === 1")
        let label = try await browser.value("document.querySelector('.dots').ariaLabel")
        #expect(label.hasPrefix("Row of the dot at true"))
        // The page and the engine write a minus sign each in their own way.
        let truth = try #require(label.firstMatch(of: /true −?([0-9.]+),/)?.1)
        let card = try await browser.value(
          "document.querySelector('#run-content [aria-live] .cards li').textContent")
        #expect(card.contains("foreseen") && card.contains(truth), "\(label); \(card)")
        try await expectNoComplaint(browser)
      }
    }
  }
}
