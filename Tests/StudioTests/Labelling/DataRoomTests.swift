import Foundation
import TestSupport
import Testing

@testable import Studio

/// The room Data over HTTP, and as a person uses it in a real browser.
@Suite(.serialized) struct DataRoomTests {
  @Test func dataAreLookedAt() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try repositoryText("Examples/Data/study-hours.csv"), to: "deep/study.csv")
    for name in ["a/1.png", "a/2.png", "b/1.png"] { try folder.write("x", to: "set/\(name)") }
    try await RunningStudio.with(folder: folder.path) { studio in
      let listed = try await studio.ask("GET", "/api/data").json["data"] as? [[String: Any]] ?? []
      func kind(_ name: String) -> String? {
        listed.first { $0["path"] as? String == "\(folder.path)/\(name)" }?["kind"] as? String
      }
      #expect(kind("deep/study.csv") == "table" && kind("set") == "classes")
      #expect(kind("set/a") == nil, "a class is no set of its own")
      let look = try await studio.ask(
        "POST", "/api/data/look",
        #"{"data": "\#(folder.path)/deep/study.csv", "target": "passed"}"#
      ).json
      let columns = look["columns"] as? [[String: Any]] ?? []
      #expect(columns.count == 3 && look["task"] as? String == "binary")
      for column in columns {
        let distribution = column["distribution"] as? [String: Any] ?? [:]
        #expect(distribution["count"] as? Int == look["count"] as? Int)
        if let bins = column["bins"] as? [Int] {
          #expect(bins.reduce(0, +) == look["count"] as? Int)
        }
      }
      let classes = (look["facts"] as? [String: Any])?["classes"] as? [[String: Any]] ?? []
      let counted = classes.flatMap { one in
        ["train", "validation", "test"].map { one[$0] as? Int ?? 0 }
      }
      #expect(counted.reduce(0, +) == look["count"] as? Int)
      let refused = try await studio.ask(
        "POST", "/api/data/look", #"{"data": "\#(folder.path)/nothing.csv"}"#)
      #expect(
        refused.status >= 400
          && (refused.json["detail"] as? String)?.contains("nothing.csv") == true)
    }
  }

  @Test(.enabled(if: Browser.isInstalled), arguments: Browser.installed)
  func rowsAreLabelledByKeysAlone(in kind: Browser.Kind) async throws {
    let folder = try TemporaryFolder()
    try folder.write("x,y\n1,2\n3,4\n5,6\n", to: "rows.csv")
    let path = folder.path("rows.csv")
    try await RunningStudio.with(folder: folder.path) { studio in
      try await Browser.with(kind, width: 360, height: 780) { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        try await browser.value("location.hash = 'data=\(path)&view=label'")
        try await browser.wait("document.querySelector('.cells td')?.textContent === '1'")
        for name in ["low", "high"] {
          try await browser.value(
            """
            (() => { const field = document.querySelector('[aria-label="A new class"]'); \
            field.value = '\(name)'; field.form.requestSubmit(); })()
            """)
          try await browser.wait(
            "document.querySelector('.classes').textContent.includes('\(name)')")
        }
        try await browser.value("document.activeElement.blur()")
        let answered = "Number(document.querySelector('.view progress').value)"
        try await browser.press("1")
        try await browser.wait("\(answered) === 1")
        try await browser.wait("document.querySelector('.cells td').textContent === '3'")
        try await browser.press("2")
        try await browser.wait("\(answered) === 2")
        try await browser.press("z")
        try await browser.wait("\(answered) === 1")
        try await browser.wait("document.querySelector('.cells td').textContent === '3'")
        try await browser.press("1")
        try await browser.wait("\(answered) === 2")
        try await browser.wait("document.querySelector('.cells td').textContent === '5'")
        try await browser.press("s")
        try await browser.wait("document.querySelector('.done') !== null")
        #expect(
          try await browser.number("document.documentElement.scrollWidth - innerWidth") <= 0)
        let nameless = try await browser.value(
          """
          [...document.querySelectorAll('#data button, #data input, #data select, #data progress')] \
          .filter(one => !(one.ariaLabel || one.textContent.trim() || one.title || one.labels?.length)) \
          .map(one => one.outerHTML.slice(0, 120)).join('\\n')
          """)
        #expect(nameless == "")
        let complaints = try await browser.complaints()
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(try await browser.value("document.getElementById('problem').textContent") == "")
      }
    }
    #expect(try folder.text("rows.labels.csv") == "x,y,label\n1,2,low\n3,4,low\n")
    let journal = try folder.text("rows.answers.jsonl").split(separator: "\n")
    #expect(journal.count == 8, "a head, two classes, two answers, an undo, another and a pass")
  }
}
