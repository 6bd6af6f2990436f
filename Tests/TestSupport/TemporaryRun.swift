import Datasets
import Diagnosis
import Engine
import Networks
import Testing
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A path in the system's temporary folder that no other test uses.
package func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory
    .appending(path: "glassbox-\(UUID().uuidString)-\(name)").path
}

package func removeFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

/// A short training of a small table, with all its files.
package struct TemporaryRun {
  package enum Kind { case classes, numbers }

  package let path: String
  package let folder: RunFolder
  package let experiment: Experiment
  package let report: RunReport
  /// The cells of the data file's rows.
  package let rows: [[String]]

  /// Two overlapping clouds with awkward names, or a noisy plane.
  package init(_ kind: Kind) throws {
    path = temporaryPath("run")
    var generator = RandomGenerator(seed: 21)
    rows = (0..<240).map { row in
      let label = row % 2
      let x = generator.normal() + (kind == .classes && label == 1 ? 1.2 : 0)
      let y = generator.normal()
      let target =
        kind == .classes ? ["<i>no</i>", "yes & more"][label] : "\(1000 + 50 * x - 20 * y)"
      return ["\(x)", "\(y)", target]
    }
    folder = try RunFolder(creating: path, force: false)
    let table =
      "width <i>&,height,answer\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined()
    try AtomicFile.write(Array(table.utf8), to: "\(path)/data.csv")
    var configuration = RunConfiguration()
    configuration.data.source = "\(path)/data.csv"
    configuration.data.target = "answer"
    configuration.training.epochs = 6
    configuration.network.hidden = [6]
    configuration.training.learningRate = 0.02
    configuration.training.threads = 1
    experiment = try Experiment(configuration)
    try folder.write(experiment.configuration, to: .configuration)
    let run = try experiment.run()
    let (experiment, folder) = (experiment, folder)
    var tracker = WeightTracker(experiment)
    let ending = try run.run(
      save: { tracker.add($0) },
      listen: { event in
        if case .epoch(let record) = event { try? folder.append(experiment.inUserUnits(record)) }
        return .continue
      })
    let model = try experiment.model(of: run)
    try model.save(to: folder[.model])
    report = try RunReport(
      experiment.report(on: model, of: run, ending), of: experiment, model: model,
      path: tracker.path())
    try report.write(to: folder)
  }

  package func remove() { removeFile(path) }
}

/// What must hold for every page.
package enum PageChecks {
  /// Nothing is loaded, nothing runs, drawings are well-formed, and no identifier is used twice.
  package static func check(_ html: String) throws {
    for part in [
      "http:", "https:", "<script", "javascript:", "@import", "url(", "<link", "<iframe",
    ] {
      #expect(!html.lowercased().contains(part), "\(part)")
    }
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("prefers-color-scheme:dark"))
    var identifiers: [String] = []
    var rest = html[...]
    while let start = rest.firstRange(of: "<svg class=\"figure\"") {
      let end = try #require(endOfDrawing(rest[start.lowerBound...]))
      let xml = try StrictXML(String(rest[start.lowerBound..<end]))
      identifiers += xml.elements.compactMap { $0.attributes["id"] }
      let described = try #require(xml.elements[0].attributes["aria-describedby"])
      #expect(xml.all("desc").first?.attributes["id"] == described)
      rest = rest[end...]
    }
    #expect(identifiers.count >= 4)
    #expect(Set(identifiers).count == identifiers.count)
    _ = try StrictXML(page: html)
  }

  private static func endOfDrawing(_ text: Substring) -> Substring.Index? {
    var depth = 0
    var place = text.startIndex
    while let next = text[place...].firstIndex(of: "<") {
      if text[next...].hasPrefix("<svg") { depth += 1 }
      if text[next...].hasPrefix("</svg>") {
        depth -= 1
        if depth == 0 { return text.index(next, offsetBy: 6) }
      }
      place = text.index(after: next)
    }
    return nil
  }
}
