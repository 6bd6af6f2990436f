import Charts
import Datasets
import Engine
package import Networks
import Synchronization
import Training
package import Tuning

/// The runs of a folder whose models look at pictures, and why the others do not.
package struct PictureRuns: Encodable, Sendable {
  /// A model that looks at pictures.
  package struct Run: Encodable, Sendable {
    package var name: String
    package var height: Int
    package var width: Int
    package var channels: Int
    /// Its answers.
    package var answers: [String]
    package var score: RunSummary.LeadingScore?
    package var isTraining: Bool

    private enum CodingKeys: String, CodingKey {
      case name, height, width, channels, answers, score
      case isTraining = "is_training"
    }
  }

  /// A run that does not, and why.
  package struct Other: Encodable, Sendable {
    package var name: String
    package var reason: String
  }

  package var runs: [Run] = []
  package var others: [Other] = []

  /// - Parameter known: what was found out before.
  /// - Throws: `Problem` for a folder that cannot be read.
  package init(
    _ collection: RunCollection, _ known: Known, registry: Registry
  ) throws {
    for summary in try collection.list().runs {
      let path = try collection.run(summary.name)[.model]
      guard AtomicFile.exists(path) else {
        others.append(Other(name: summary.name, reason: "it has no model yet"))
        continue
      }
      switch known.kind(of: path, written: summary.milliseconds, registry) {
      case .pictures(let size, let answers):
        runs.append(
          Run(
            name: summary.name, height: size[0], width: size[1], channels: size[2],
            answers: answers, score: summary.score, isTraining: summary.state == .training))
      case .other(let reason): others.append(Other(name: summary.name, reason: reason))
      }
    }
  }

  /// What a model looks at.
  enum Kind: Sendable {
    case pictures(size: [Int], answers: [String])
    case other(reason: String)

    init(_ preprocessing: Preprocessing) {
      if let images = InputImages(preprocessing) {
        let answers =
          preprocessing.classes.isEmpty ? preprocessing.targetNames : preprocessing.classes
        self = .pictures(size: [images.height, images.width, images.channels], answers: answers)
      } else if preprocessing.sequence != nil {
        self = .other(reason: "it reads sequences")
      } else {
        let count = preprocessing.columns.count { $0.width > 0 }
        self = .other(
          reason:
            "its inputs, \(count) \(count == 1 ? "column" : "columns") of a table, are no pixels: "
            + "those are numbered (`p0`, `p1`, …), and fill a square of at least 8 × 8")
      }
    }
  }

  /// What models look at, so that a file is read again only when its training has written since.
  package final class Known: Sendable {
    private let kinds = Mutex<[String: (written: UInt64, kind: Kind)]>([:])

    package init() {}

    func kind(of path: String, written: UInt64, _ registry: Registry) -> Kind {
      if let known = kinds.withLock({ $0[path] }), known.written == written { return known.kind }
      let kind: Kind
      do {
        kind = Kind(try TrainedModel.preprocessing(ofFile: path, registry: registry))
      } catch {
        kind = .other(reason: "\(error)")
      }
      kinds.withLock { $0[path] = (written, kind) }
      return kind
    }
  }
}
