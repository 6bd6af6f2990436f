import Engine

/// How a number becomes what the network learns: (value − mean) / deviation, of the value itself or of
/// its natural logarithm.
package struct TargetScale: Codable, Sendable, Equatable {
  /// Of the training rows.
  package var mean: Double
  /// Of the training rows; above 0.
  package var deviation: Double
  /// Whether both are of the logarithm.
  package var isLogarithm: Bool

  private enum CodingKeys: String, CodingKey {
    case mean, deviation
    case isLogarithm = "logarithm"
  }

  /// Mean 0 and deviation 1 leave numbers as they are.
  package init(mean: Double = 0, deviation: Double = 1, isLogarithm: Bool = false) {
    (self.mean, self.deviation, self.isLogarithm) = (mean, deviation, isLogarithm)
  }

  /// Files of earlier versions know no logarithm.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      mean: try fields.decode(Double.self, forKey: .mean),
      deviation: try fields.decode(Double.self, forKey: .deviation),
      isLogarithm: try fields.decodeIfPresent(Bool.self, forKey: .isLogarithm) ?? false)
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(mean, forKey: .mean)
    try fields.encode(deviation, forKey: .deviation)
    if isLogarithm { try fields.encode(true, forKey: .isLogarithm) }
  }

  /// What the network learns for a value; not finite where there is nothing it could learn.
  package func learned(_ value: Double) -> Float {
    Float(((isLogarithm ? .log(value) : value) - mean) / deviation)
  }

  /// The value that an output stands for.
  package func value(_ learned: Float) -> Double {
    let number = Double(learned) * deviation + mean
    return isLogarithm ? .exp(number) : number
  }

  var isValid: Bool { mean.isFinite && deviation.isFinite && deviation > 0 }
}

extension Preprocessing {
  /// What the answer stands for.
  package enum Target: Sendable, Equatable {
    /// One class; its index is the place in this list.
    case classes([String])
    /// One class of several that have an order, the lowest first.
    case ordered([String])
    /// A number for each target column.
    case numbers([TargetScale])
    /// Labels of which each is 1 where the row has it and 0 elsewhere. They stand in one column with a
    /// separator between them; without one each label is a column of its own.
    case labels([String], separator: String?)

    /// One number, learned as (value − mean) / deviation.
    package static func number(mean: Double, deviation: Double) -> Target {
      .numbers([TargetScale(mean: mean, deviation: deviation)])
    }
  }

  /// How many numbers stand for the target of one example: 1 for a class, which is an index.
  package var targetCount: Int {
    switch target {
    case .classes, .ordered: 1
    case .numbers(let scales): scales.count
    case .labels(let labels, _): labels.count
    }
  }

  /// The columns of a file that hold what is right.
  var targetColumns: [String] {
    stepLabels.flatMap { $0.rows == nil ? $0.columns : nil } ?? targetNames
  }

  /// How many answers an example has: one, or one for each step.
  package var answerCount: Int { stepLabels?.count ?? 1 }

  /// How each number of the answer is scaled; empty where it is not numbers.
  package var targetScales: [TargetScale] {
    if case .numbers(let scales) = target { scales } else { [] }
  }

  /// The class labels in the order of their indices, or the labels that a row may have; empty for
  /// numbers.
  public var classes: [String] {
    switch target {
    case .classes(let labels), .ordered(let labels), .labels(let labels, _): labels
    case .numbers: []
    }
  }

  /// What the network learns to answer.
  public var task: LearningTask {
    switch target {
    case .numbers: .regression
    case .classes(let classes): classes.count == 2 ? .binary : .multiclass
    case .ordered: .ordered
    case .labels: .multilabel
    }
  }

  /// The value that a number of the output stands for, in the target's own unit.
  ///
  /// - Parameter place: of the number, where there are several targets.
  public func decodeValue(_ output: Float, at place: Int = 0) -> Double {
    let scales = targetScales
    return scales.indices.contains(place) ? scales[place].value(output) : Double(output)
  }

  /// How a target was scaled; nil where it is no number.
  ///
  /// - Parameter place: of the number, where there are several targets.
  package func targetScaling(_ place: Int) -> NumberScaling? {
    let scales = targetScales
    guard scales.indices.contains(place) else { return nil }
    return NumberScaling(
      name: targetNames[place], offset: scales[place].mean, scale: scales[place].deviation,
      isLogarithm: scales[place].isLogarithm)
  }

  /// - Throws: `Problem` where names and answers do not fit, or numbers would divide by zero.
  func validateTarget() throws {
    let columns =
      switch target {
      case .classes, .ordered, .labels(_, separator: _?): 1
      case .numbers(let scales): scales.count
      case .labels(let labels, separator: nil): labels.count
      }
    guard columns == targetNames.count, columns > 0 else {
      throw Problem.data(
        "preprocessing", expected: "a name for each of \(columns) targets",
        found: "\(targetNames.count)", fix: "the model file is damaged; train again")
    }
    for (name, scale) in zip(targetNames, targetScales) where !scale.isValid {
      throw Self.invalid("target `\(name)`", "\(scale.mean) and \(scale.deviation)")
    }
  }
}

extension Preprocessing.Target: Codable {
  private enum Key: String, CodingKey { case classes, ordered, number, numbers, labels }
  /// As files say the value of a case without a name.
  private enum Unnamed: String, CodingKey { case value = "_0" }
  private struct Labels: Codable {
    var names: [String]
    var separator: String?
  }

  /// Reads what ``encode(to:)`` writes, and what earlier versions wrote.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func names(_ key: Key) throws -> [String] {
      try fields.nestedContainer(keyedBy: Unnamed.self, forKey: key)
        .decode([String].self, forKey: .value)
    }
    if fields.contains(.number) {
      self = .numbers([try fields.decode(TargetScale.self, forKey: .number)])
    } else if fields.contains(.numbers) {
      self = .numbers(try fields.decode([TargetScale].self, forKey: .numbers))
    } else if fields.contains(.labels) {
      let labels = try fields.decode(Labels.self, forKey: .labels)
      self = .labels(labels.names, separator: labels.separator)
    } else if fields.contains(.ordered) {
      self = .ordered(try names(.ordered))
    } else {
      self = .classes(try names(.classes))
    }
  }

  /// Classes and a single number as all versions write them.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    func write(_ names: [String], _ key: Key) throws {
      var inside = fields.nestedContainer(keyedBy: Unnamed.self, forKey: key)
      try inside.encode(names, forKey: .value)
    }
    switch self {
    case .classes(let classes): try write(classes, .classes)
    case .ordered(let classes): try write(classes, .ordered)
    case .numbers(let scales) where scales.count == 1 && !scales[0].isLogarithm:
      try fields.encode(scales[0], forKey: .number)
    case .numbers(let scales): try fields.encode(scales, forKey: .numbers)
    case .labels(let names, let separator):
      try fields.encode(Labels(names: names, separator: separator), forKey: .labels)
    }
  }
}
