import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Pictures of a run's own data: those of the part that was kept back to test it, where it was scored.
final class PictureExamples: Sendable {
  /// One of them.
  struct Entry: Encodable, Sendable {
    /// Counted from 0.
    var place: Int
    var truth: String
    /// As in a frame.
    var levels: [UInt8]

    private enum CodingKeys: String, CodingKey { case place, truth, levels }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(place, forKey: .place)
      try fields.encode(truth, forKey: .truth)
      try fields.encode(Base64.text(levels), forKey: .levels)
    }
  }

  /// A few of them.
  struct Page: Encodable, Sendable {
    /// `test`, `validation` or `train`.
    var part: String
    var count: Int
    var entries: [Entry]
  }

  private let part: String
  private let data: Dataset
  private let preprocessing: Preprocessing
  static let mostOfPage = 60

  /// Reads the data of a run. Test rows that nobody has scored stay sealed.
  /// - Throws: `Problem` if the data have changed or are gone.
  init(_ run: StoredRun) throws {
    let isScored = run.folder.has(.report) ? try run.folder.report().test != nil : false
    let data = try run.experiment().data
    preprocessing = data.preprocessing
    if isScored, let test = data.test {
      (part, self.data) = ("test", test)
    } else if let validation = data.validation {
      (part, self.data) = ("validation", validation)
    } else {
      (part, self.data) = ("train", data.train)
    }
  }

  func page(from first: Int, count: Int, _ images: InputImages) throws -> Page {
    guard (0...data.count).contains(first), (1...Self.mostOfPage).contains(count) else {
      throw Problem.data(
        "from", expected: "0 to \(data.count), and 1 to \(Self.mostOfPage) of them",
        found: "\(first), \(count)")
    }
    let entries = (first..<min(data.count, first + count)).map { place in
      Entry(place: place, truth: truth(place), levels: images.levels(of: data.inputs[place]))
    }
    try data.inputs.check()
    return Page(part: part, count: data.count, entries: entries)
  }

  /// - Throws: `Problem` for a place that there is not.
  func example(_ place: Int) throws -> (input: [Float], title: String, truth: String) {
    guard (0..<data.count).contains(place) else {
      throw Problem.data(
        "place", expected: "0 to \(data.count - 1)", found: "\(place)")
    }
    let input = data.inputs[place]
    try data.inputs.check()
    return (input, "\(part) picture \(place + 1)", truth(place))
  }

  private func truth(_ place: Int) -> String {
    preprocessing.words(ofTarget: data.targets[place])
  }
}
