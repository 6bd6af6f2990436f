import Datasets
import Foundation
import GRDB
import TestSupport
import Testing
import Training

@testable import Tuning

/// The list of runs and its index.
@Suite struct RunIndexTests {
  @Test func aListTellsHowFarEachRunHasCome() throws {
    let trained = try TrainedRuns()
    let report = try trained.train("done")
    try trained.train("stopped", stoppingAfter: 1)
    let session = try trained.session("now")
    let list = try trained.runs.list().runs
    #expect(Set(list.map(\.name)) == ["done", "stopped", "now"])
    let states = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0.state) })
    #expect(states == ["done": .finished, "stopped": .interrupted, "now": .training])
    let done = try #require(list.first { $0.name == "done" })
    #expect(done.task == .binary && done.target == "answer" && done.epochs == report.epochsRun)
    #expect(done.data == trained.files.path("data.csv") && done.problem == nil)
    let score = try #require(done.score)
    let leading = try #require(report.test).scores.leading
    #expect(score.name == "accuracy" && score.part == "test" && score.largerIsBetter)
    #expect(score.value == leading.score.value && score.low == leading.score.low)
    #expect(try trained.listed("stopped")?.score?.part == "validation")
    _ = session.folder
  }

  @Test func aRunThatEndedWithoutATrainingIsPrepared() throws {
    let trained = try TrainedRuns()
    do { _ = try trained.session("begun") }
    #expect(try trained.listed("begun")?.state == .prepared)
    #expect(try trained.listed("begun")?.epochs == 0)
  }

  /// Faults of a run's files, the run, and the file that is named.
  private static let faults: [(file: RunFolder.File, content: String?)] = [
    (.configuration, "{\"epochs\": "), (.configuration, nil), (.configuration, "{\"epochs\": []}"),
    (.report, "{"), (.report, "{\"format_version\": 1}"), (.model, nil),
    (.about, "[]"), (.about, "{\"format_version\": 99, \"tags\": []}"),
  ]

  @Test func damagedRunsAreListedWithTheReason() throws {
    let trained = try TrainedRuns()
    try trained.train("done")
    for (place, fault) in Self.faults.enumerated() {
      try trained.copy("done", to: "damaged \(place)")
      let folder = try trained.folder("damaged \(place)")
      if let content = fault.content {
        try trained.files.write(content, to: "runs/damaged \(place)/\(fault.file.rawValue)")
      } else {
        try FileManager.default.removeItem(atPath: folder[fault.file])
      }
    }
    try trained.train("cut", stoppingAfter: 1)
    let cut = try trained.folder("cut")
    try FileManager.default.removeItem(atPath: cut[.report])
    try trained.files.write("{\"epoch\": 1\n", to: "runs/cut/metrics.jsonl")
    for _ in 0..<2 {
      let list = try trained.runs.list().runs
      #expect(list.count == Self.faults.count + 2)
      for (place, fault) in Self.faults.enumerated() {
        let run = try #require(list.first { $0.name == "damaged \(place)" })
        #expect(run.state == .damaged, "\(fault)")
        #expect(run.problem?.contains(fault.file.rawValue) == true, "\(run.problem ?? "")")
      }
      #expect(list.first { $0.name == "cut" }?.problem?.contains("metrics.jsonl") == true)
      #expect(list.first { $0.name == "done" }?.state == .finished)
    }
    #expect(try trained.runs.list().text.contains("damaged 0 is damaged: "))
  }

  private func index(_ trained: TrainedRuns) -> String { trained.path(RunIndex.name) }

  private func change(_ trained: TrainedRuns, _ sql: String) throws {
    let queue = try DatabaseQueue(path: index(trained))
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func onlyWhatHasChangedIsReadAgain() throws {
    let trained = try TrainedRuns()
    try trained.train("one")
    try trained.train("two")
    _ = try trained.runs.list()
    try change(trained, "UPDATE run SET target = 'from the index'")
    #expect(try trained.runs.list().runs.map(\.target) == ["from the index", "from the index"])
    try trained.runs.tag("two", adding: ["read again"])
    #expect(try trained.listed("one")?.target == "from the index")
    let two = try #require(try trained.listed("two"))
    #expect(two.target == "answer" && two.tags == ["read again"])
    var read: [Int] = []
    _ = try trained.runs.list { done, _ in read.append(done) }
    #expect(read.isEmpty)
    try FileManager.default.removeItem(atPath: trained.path("one"))
    #expect(try trained.runs.list().runs.map(\.name) == ["two"])
    let queue = try DatabaseQueue(path: index(trained))
    #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") } == 1)
  }

  /// Each change of a file that the list is made of is seen.
  @Test func everyChangeIsSeen() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    let before = try #require(try trained.listed("run"))
    let folder = try trained.folder("run")
    for file in [RunFolder.File.configuration, .report, .metrics, .about, .checkpoint, .model] {
      let files = try #require(RunFiles(folder.path, name: "run"))
      let bytes = try? Data(contentsOf: URL(filePath: folder[file]))
      if bytes == nil {
        try trained.files.write("{\"format_version\": 1, \"tags\": []}", to: "runs/run/about.json")
      } else {
        try FileManager.default.removeItem(atPath: folder[file])
      }
      #expect(RunFiles(folder.path, name: "run")?.signature != files.signature, "\(file)")
      try bytes?.write(to: URL(filePath: folder[file]))
    }
    #expect(try trained.listed("run")?.score == before.score)
  }

  @Test func theIndexIsMadeAgainFromTheRuns() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try trained.runs.tag("run", adding: ["kept"])
    try trained.runs.note("run", "kept, too")
    let expected = try trained.runs.list().runs
    let whole = try Data(contentsOf: URL(filePath: index(trained)))
    var torn = whole
    for place in 4096..<torn.count { torn[place] = 0x5A }
    let contents: [(String, Data?)] = [
      ("gone", nil), ("empty", Data()), ("text", Data("no database, but long enough".utf8)),
      ("short", whole.prefix(700)), ("torn", torn),
    ]
    for (name, content) in contents {
      if let content {
        try content.write(to: URL(filePath: index(trained)))
      } else {
        try FileManager.default.removeItem(atPath: index(trained))
      }
      #expect(try trained.runs.list().runs == expected, "\(name)")
      // And from then on it is used.
      var read = 0
      #expect(try trained.runs.list { done, _ in read = done }.runs == expected, "\(name)")
      #expect(read == 0, "\(name)")
    }
    #expect(FileManager.default.fileExists(atPath: index(trained) + ".damaged"))
  }

  @Test func anIndexOfANewerProgramIsLeftAlone() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    _ = try trained.runs.list()
    try change(trained, "PRAGMA user_version = 99")
    let before = try Data(contentsOf: URL(filePath: index(trained)))
    let list = try trained.runs.list()
    #expect(list.runs.count == 1 && list.notes.count == 1, "\(list.notes)")
    #expect(try Data(contentsOf: URL(filePath: index(trained))) == before)
  }

  @Test func whereNoIndexCanBeWrittenTheListIsTheSame() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try FileManager.default.createDirectory(
      atPath: index(trained), withIntermediateDirectories: true)
    #expect(try trained.runs.list().runs.map(\.name) == ["run"])
  }

  @Test func severalProcessesMayListAtOnce() async throws {
    let trained = try TrainedRuns()
    try trained.train("0")
    for name in 1..<6 { try trained.copy("0", to: "\(name)") }
    let runs = trained.runs
    let counts = await withTaskGroup(of: [Int].self) { group in
      for worker in 0..<4 {
        group.addTask {
          (0..<6).map { turn in
            _ = try? runs.tag("\(turn)", adding: ["worker \(worker)"])
            return (try? runs.list().runs.count) ?? -1
          }
        }
      }
      return await group.reduce(into: [Int]()) { $0 += $1 }
    }
    #expect(counts == Array(repeating: 6, count: 24))
    let tags = try trained.runs.list().runs.map(\.tags)
    #expect(tags.allSatisfy { $0 == (0..<4).map { "worker \($0)" } }, "\(tags)")
  }

  @Test func runsOfStudiesAreFoundAndLinksLeadNowhereTwice() throws {
    let trained = try TrainedRuns()
    try trained.train("plain")
    try trained.copy("plain", to: "study/runs/0001")
    try trained.copy("plain", to: "größe & „maß“ 🦆")
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: trained.path("loop"), withDestinationPath: trained.path("."))
    try manager.createSymbolicLink(
      atPath: trained.path("linked"), withDestinationPath: trained.path("plain"))
    try trained.files.write("no run", to: "runs/notes/readme.txt")
    var query = RunQuery()
    query.order = .name
    let names = try trained.runs.list(query).runs.map(\.name)
    #expect(names == ["größe & „maß“ 🦆", "linked", "plain", "study/runs/0001"].sorted())
    let study = RunCollection(path: trained.path("study") + "/")
    #expect(try study.list().runs.map(\.name) == ["runs/0001"])
    #expect(try study.run("runs/0001").path == trained.path("study/runs/0001"))
    #expect(try trained.runs.description(of: "größe & „maß“ 🦆").summary.state == .finished)
  }

  @Test func aFolderWithoutRunsHasNone() throws {
    let files = try TemporaryFolder()
    let none = try RunCollection(path: files.path("nothing")).list()
    #expect(none.runs.isEmpty && none.notes == ["there is no folder \(files.path("nothing"))"])
    #expect(try RunCollection(path: files.path).list().runs.isEmpty)
    #expect(try files.names().isEmpty, "and no index is made")
  }
}
