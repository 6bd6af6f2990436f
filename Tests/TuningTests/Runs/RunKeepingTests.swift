import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

/// Tags, notes, new names, and deleting.
@Suite struct RunKeepingTests {
  @Test func whatIsSaidOfARunStaysWithIt() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    #expect(try trained.runs.tag("run", adding: ["b", "a", "b"]) == ["a", "b"])
    #expect(try trained.runs.tag("run", adding: ["c"], removing: ["a"]) == ["b", "c"])
    try trained.runs.note("run", "two\nlines")
    let listed = try #require(try trained.listed("run"))
    #expect(listed.tags == ["b", "c"] && listed.note == "two\nlines")
    try trained.runs.note("run", "")
    #expect(try trained.listed("run")?.note == nil)
    #expect(throws: Problem.self) { try trained.runs.tag("run", removing: ["z"]) }
    let wrong = ["", "a,b", "a\nb", " a", String(repeating: "x", count: 65)]
    for tag in wrong {
      #expect(throws: Problem.self, "\(tag)") { try trained.runs.tag("run", adding: [tag]) }
    }
    #expect(throws: Problem.self) {
      try trained.runs.note("run", String(repeating: "x", count: 10_001))
    }
    #expect(try trained.listed("run")?.tags == ["b", "c"])
  }

  @Test func aRunThatTrainsCanBeTaggedButNotMovedOrDeleted() throws {
    let trained = try TrainedRuns()
    let session = try trained.session("now")
    _ = try session.train { event in
      if case .epoch = event {
        try trained.runs.tag("now", adding: ["watched"])
        #expect(throws: Problem.self) { try trained.runs.rename("now", to: "then") }
        #expect(throws: Problem.self) { try trained.runs.removals(of: ["now"]) }
        #expect(try trained.listed("now")?.state == .training)
      }
      return .continue
    }
    #expect(try trained.listed("now")?.tags == ["watched"])
    #expect(try trained.listed("now")?.state == .finished)
    #expect(!trained.files.exists("runs/then"))
  }

  @Test func aRunInPlaceOfAnotherIsANewOne() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try trained.runs.tag("run", adding: ["old"])
    let experiment = try trained.session("other").experiment
    #expect(throws: Problem.self) { try TrainingSession(experiment, in: trained.path("run")) }
    _ = try TrainingSession(experiment, in: trained.path("run"), force: true)
    #expect(try trained.listed("run")?.tags == [])
  }

  // MARK: New names

  @Test func aRenamedRunSaysItsNewPlaceAndGoesOn() throws {
    let trained = try TrainedRuns()
    try trained.train("old", stoppingAfter: 1) {
      $0.output.name = "old"
      $0.output.folder = trained.path("old")
    }
    try trained.runs.tag("old", adding: ["moved"])
    let before = try trained.folder("old").report()
    let folder = try trained.runs.rename("old", to: "neu – größer")
    #expect(folder.path == trained.path("neu – größer") && !trained.files.exists("runs/old"))
    let report = try folder.report()
    #expect(report.run == folder.path && report.model == folder[.model])
    #expect(report.weightsSHA256 == before.weightsSHA256 && report.seconds == before.seconds)
    let output = try folder.configuration().output
    #expect(output.name == "neu – größer" && output.folder == folder.path)
    #expect(try trained.runs.list().runs.map(\.name) == ["neu – größer"])
    #expect(try trained.listed("neu – größer")?.tags == ["moved"])
    let whole = try TrainingSession(resuming: StoredRun(folder.path)).train()
    #expect(whole.epochsRun == 3 && whole.run == folder.path)
    #expect(whole.weightsSHA256 == (try trained.train("straight")).weightsSHA256)
  }

  @Test func namesThatCannotBeAreRefused() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try trained.files.write("x", to: "runs/taken/file")
    try FileManager.default.createSymbolicLink(
      atPath: trained.path("broken"), withDestinationPath: "nowhere")
    let names = ["", ".", "..", "../x", "a/b", ".hidden", "-x", "a\nb", "taken", "run", "broken"]
    for name in names + [String(repeating: "x", count: 300)] {
      #expect(throws: Problem.self, "\(name)") { try trained.runs.rename("run", to: name) }
    }
    #expect(try trained.runs.list().runs.map(\.name) == ["run"])
  }

  @Test func aRunThatIsNotThereIsSaidSo() throws {
    let trained = try TrainedRuns()
    try trained.train("students")
    try trained.files.write("x", to: "runs/plain/file")
    for name in ["studens", "plain", "", "..", trained.files.path("data.csv")] {
      #expect(throws: Problem.self, "\(name)") { try trained.runs.run(name) }
    }
    #expect { try trained.runs.run("studens") } throws: {
      ($0 as? Problem)?.fix.contains("students") == true
    }
  }

  // MARK: Deleting

  @Test func nothingIsDeletedBeforeItIsTold() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try trained.train("other")
    try trained.files.write("12345", to: "runs/run/own/notes.txt")
    try trained.files.write("kept", to: "kept.txt")
    try FileManager.default.createSymbolicLink(
      atPath: trained.path("run/link"), withDestinationPath: trained.files.path("kept.txt"))
    let removals = try trained.runs.removals(of: ["run", trained.path("run")])
    #expect(removals.count == 1, "named twice, it goes once")
    let removal = try #require(removals.first)
    #expect(removal.files.filter { !$0.isOfRun }.map(\.name) == ["link", "own/notes.txt"])
    #expect(removal.files.first { $0.name == "own/notes.txt" }?.bytes == 5)
    #expect(removal.text.contains("2 of them no training made"))
    #expect(trained.files.exists("runs/run/config.json"))
    try trained.runs.remove(removals)
    #expect(!trained.files.exists("runs/run"))
    #expect(try trained.files.text("kept.txt") == "kept")
    #expect(try trained.runs.list().runs.map(\.name) == ["other"])
  }

  @Test func whatCameSinceIsNotDeleted() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    let removals = try trained.runs.removals(of: ["run"])
    try trained.files.write("new", to: "runs/run/new.txt")
    #expect(throws: Problem.self) { try trained.runs.remove(removals) }
    #expect(try trained.files.text("runs/run/new.txt") == "new")
  }

  @Test func onlyRunsAreDeleted() throws {
    let trained = try TrainedRuns()
    try trained.train("run")
    try trained.copy("run", to: "nest/runs/0001")
    try trained.copy("run", to: "outer")
    try trained.copy("run", to: "outer/inner")
    try FileManager.default.createSymbolicLink(
      atPath: trained.path("link"), withDestinationPath: trained.path("run"))
    let before = try FileManager.default.subpathsOfDirectory(atPath: trained.files.path).count
    for name in ["nest", "outer", "link", "link/", "..", "", "/", "nothing", trained.files.path] {
      #expect(throws: Problem.self, "\(name)") { try trained.runs.removals(of: [name]) }
    }
    #expect(throws: Problem.self) { try trained.runs.removals(of: ["run", "nest"]) }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: trained.files.path).count == before)
    // A damaged run is one all the same.
    try trained.files.write("{", to: "runs/run/config.json")
    try trained.runs.remove(trained.runs.removals(of: ["run/../run/"]))
    #expect(!trained.files.exists("runs/run") && trained.files.exists("runs/nest/runs/0001"))
  }
}
