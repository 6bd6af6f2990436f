/// The probability of each class, or of each label that a row may have, in the order of the model's
/// labels.
///
/// As JSON it is an object, `{"cat": 0.9, "dog": 0.1}`.
public struct ClassProbabilities: Sendable, Hashable, CustomStringConvertible {
  /// The classes.
  public let labels: [String]
  /// As many numbers from 0 to 1, which sum to 1 for classes.
  public let values: [Float]

  /// Classes and as many probabilities.
  package init(labels: [String], values: [Float]) {
    precondition(labels.count == values.count && !labels.isEmpty)
    self.labels = labels
    self.values = values
  }

  /// The probability of a class; nil for one that does not exist.
  public subscript(label: String) -> Float? { labels.firstIndex(of: label).map { values[$0] } }

  /// The place of the most probable class, the first of several.
  var best: Int {
    var best = 0
    for place in values.indices where values[place] > values[best] { best = place }
    return best
  }

  /// The most probable class first; equal ones in the order of the labels.
  public var ranked: [(label: String, probability: Float)] {
    values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.map { (labels[$0], values[$0]) }
  }

  /// `cat 0.9, dog 0.1`, the most probable first.
  public var description: String {
    ranked.map { "\($0.label) \($0.probability)" }.joined(separator: ", ")
  }
}

extension ClassProbabilities: Codable {
  private struct Label: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// An object; its labels are then in alphabetical order.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Label.self)
    let keys = fields.allKeys.sorted { $0.stringValue < $1.stringValue }
    guard !keys.isEmpty else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no class"))
    }
    self.init(
      labels: keys.map(\.stringValue),
      values: try keys.map { try fields.decode(Float.self, forKey: $0) })
  }

  /// An object.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Label.self)
    for (label, value) in zip(labels, values) {
      try fields.encode(value, forKey: Label(stringValue: label))
    }
  }
}
