public import Engine

/// What a network learns to answer.
public enum LearningTask: String, Sendable, Codable, CaseIterable {
  /// A number.
  case regression
  /// One of two classes.
  case binary
  /// One of several classes.
  case multiclass

  /// Is the answer a class?
  public var isClassification: Bool { self != .regression }

  /// What is said of a task before the classes are counted.
  public enum Choice: String, Sendable, NamedChoice {
    /// A number.
    case regression
    /// A class, however many there are.
    case classification
    /// One of two classes.
    case binary
    /// One of several classes, with an output for each even if there are two.
    case multiclass

    /// Is the answer a class?
    public var isClassification: Bool { self != .regression }
  }
}

extension LearningTask {
  /// The target's classes for these rows: numbers in numeric order, text by Unicode scalar values.
  static func classes(of target: Column, rows: [Int]) -> [String] {
    switch target.cells {
    case .numbers(let numbers):
      Set(rows.lazy.map { numbers[$0] }.filter { !$0.isNaN }).sorted().map(Column.label)
    case .categories(let codes, let vocabulary):
      Set(rows.lazy.map { codes[$0] }.filter { $0 >= 0 }).map { vocabulary[Int($0)] }.sorted()
    case .dates: Set(rows.lazy.compactMap { target.text($0) }).sorted()
    }
  }
}

extension LearningTask.Choice {
  /// The largest number of different whole numbers that are taken for classes.
  static let classLimit = 20

  /// What the target column speaks for.
  ///
  /// Text is classes. Whole numbers are classes when there are at most 20 different ones and each
  /// appears twice on average or more; all other numbers are measured values. Who knows better says
  /// so: ratings from 1 to 5 may be either.
  public init(inferredFrom target: Column) {
    guard case .numbers(let numbers) = target.cells else {
      self = .classification
      return
    }
    var distinct: Set<Double> = []
    var present = 0
    for number in numbers where !number.isNaN {
      present += 1
      distinct.insert(number)
      guard number == number.rounded(), distinct.count <= Self.classLimit else {
        self = .regression
        return
      }
    }
    self = present >= 2 * distinct.count ? .classification : .regression
  }

  /// What is chosen for whole numbers that may be classes or amounts, and how to say otherwise; nil where
  /// there is no doubt.
  package static func note(on target: Column) -> String? {
    guard case .numbers(let numbers) = target.cells else { return nil }
    var distinct: Set<Double> = []
    for number in numbers where !number.isNaN {
      guard number == number.rounded(), distinct.count <= 2 * classLimit else { return nil }
      distinct.insert(number)
    }
    guard distinct.count > 2 else { return nil }
    let isClasses = Self(inferredFrom: target).isClassification
    return "target `\(target.name)`: \(distinct.count) different whole numbers are taken for "
      + (isClasses ? "classes" : "amounts") + "; set `task` to `"
      + (isClasses ? Self.regression : .classification).rawValue + "` for the other"
  }
}
