import Datasets
import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Diagnosis

/// Numbers in the files of a run that no training wrote: each is refused with words, or the report is
/// made.
@Suite struct HostileRunTests {
  /// Everything that is done with a run once it is there.
  private func read(_ path: String) throws {
    let run = try StoredRun(path)
    _ = try run.state
    let html = try ReportPage(RunReport(of: run.folder), of: run.folder).html
    #expect(html.utf8.count < 10_000_000)
  }

  /// How long a forged file may take: ten times what the good one takes, so that nothing is computed as
  /// often or as large as a forged number says, and five seconds in which a busy machine does other work.
  private func limit(_ good: () throws -> Void) rethrows -> Duration {
    try ContinuousClock().measure(good) * 10 + .seconds(5)
  }

  @Test(arguments: [TemporaryRun.Kind.classes, .numbers])
  func everyNumberOfItsJSON(kind: TemporaryRun.Kind) throws {
    let made = try TemporaryRun(kind)
    let limit = try limit { try read(made.path) }
    for file in [RunFolder.File.report, .configuration, .metrics] {
      let good = try AtomicFile.read(made.folder[file], limit: 1 << 24)
      let text = String(decoding: good, as: UTF8.self)
      var (refused, read) = (0, 0)
      // Every third: each report takes a while, and each number still meets four of the thirteen.
      for (index, (place, forged)) in HostileNumbers.mutations(of: text).enumerated()
      where index.isMultiple(of: 3) {
        try AtomicFile.write(Array(forged.utf8), to: made.folder[file])
        let clock = ContinuousClock()
        let start = clock.now
        do {
          try self.read(made.path)
          read += 1
        } catch let problem as Problem {
          #expect(!problem.description.isEmpty)
          refused += 1
        }
        #expect(clock.now - start < limit, "\(file) \(place)")
      }
      try AtomicFile.write(good, to: made.folder[file])
      // Each file holds counts, which cannot be below 0, and scores or rates, which can be anything:
      // were all refused or all read, the files would not have been forged as meant.
      #expect(refused > 0 && read > 0, "\(file)")
    }
  }

  private func ask(_ model: TrainedModel) throws {
    _ = try model.predict(["width <i>&": 0.5, "height": 0.25])
    _ = (model.preprocessing.summary, try JSONText.encode(model.record))
  }

  @Test(arguments: [TemporaryRun.Kind.classes, .numbers])
  func everyNumberOfItsModel(kind: TemporaryRun.Kind) throws {
    let made = try TemporaryRun(kind)
    let file = try SafeTensors(path: made.folder[.model])
    let limit = try limit { try ask(TrainedModel(bytes: file.bytes())) }
    for (key, text) in file.metadata.sorted(by: { $0.key < $1.key }) {
      for (place, forged) in HostileNumbers.mutations(of: text) {
        var metadata = file.metadata
        metadata[key] = forged
        let clock = ContinuousClock()
        let start = clock.now
        do {
          let bytes = try SafeTensors(file.entries, metadata: metadata).bytes()
          try ask(TrainedModel(bytes: bytes))
        } catch let problem as Problem {
          #expect(!problem.description.isEmpty)
        }
        #expect(clock.now - start < limit, "\(key) \(place)")
      }
    }
  }
}
