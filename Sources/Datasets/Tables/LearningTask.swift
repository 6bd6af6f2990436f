public import Engine

/// What a network learns to answer.
public enum LearningTask: String, Sendable, Codable, CaseIterable {
  /// A number.
  case regression
  /// One of two classes.
  case binary
  /// One of several classes.
  case multiclass
  /// One of several classes that have an order, such as ratings.
  case ordered
  /// Any number of several labels.
  case multilabel

  /// Is the answer one class?
  public var isClassification: Bool { self != .regression && self != .multilabel }

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
    /// One of several classes that have an order, such as ratings.
    case ordered
    /// Any number of several labels.
    case multilabel

    /// Is the answer one class?
    public var isClassification: Bool { self != .regression && self != .multilabel }
  }
}

extension LearningTask {
  /// The target's classes for these rows: numbers in numeric order, text by Unicode scalar values.
  static func classes(of target: Column, rows: RowNumbers) -> [String] {
    switch target.cells {
    case .numbers(let numbers):
      Set(numbers.of(rows).lazy.filter { !$0.isNaN }).sorted().map(Column.label)
    case .categories(let codes, let vocabulary):
      Set(codes.of(rows).lazy.filter { $0 >= 0 }).map { vocabulary[Int($0)] }.sorted()
    case .dates: Set(rows.lazy.compactMap { target.text($0) }).sorted()
    }
  }
}

extension LearningTask.Choice {
  /// The largest number of different whole numbers that are taken for classes.
  static let classLimit = 20
  /// The largest number of ordered classes.
  static let orderedLimit = 100

  /// What the target columns speak for: several are labels if all of them say yes or no, else numbers.
  public init(inferredFrom targets: [Column]) {
    guard targets.count != 1 else {
      self.init(inferredFrom: targets[0])
      return
    }
    self = targets.allSatisfy(\.isYesOrNo) ? .multilabel : .regression
  }

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
  package static func note(on targets: [Column]) -> String? {
    guard targets.count == 1 else {
      return targets.allSatisfy(\.isYesOrNo)
        ? "targets " + Preprocessing.list(targets.map(\.name))
          + ": each is yes or no, so they are taken for labels of which a row may have any number; "
          + "set `task` to `\(Self.regression.rawValue)` for amounts" : nil
    }
    let target = targets[0]
    guard case .numbers(let numbers) = target.cells else { return nil }
    var distinct: Set<Double> = []
    for number in numbers where !number.isNaN {
      guard number == number.rounded(), distinct.count <= 2 * classLimit else { return nil }
      distinct.insert(number)
    }
    guard distinct.count > 2 else { return nil }
    let isClasses = Self(inferredFrom: target).isClassification
    return "target `\(target.name)`: \(distinct.count) different whole numbers are taken for "
      + (isClasses
        ? "classes; set `task` to `\(Self.regression.rawValue)` for amounts, or to "
          + "`\(Self.ordered.rawValue)` for classes whose order counts"
        : "amounts; set `task` to `\(Self.classification.rawValue)` for the other")
  }
}

extension Column {
  /// Whether every cell that is there says yes or no.
  fileprivate var isYesOrNo: Bool {
    switch cells {
    case .numbers(let numbers): numbers.allSatisfy { $0.isNaN || $0 == 0 || $0 == 1 }
    case .categories(_, let vocabulary):
      vocabulary.allSatisfy { Preprocessing.answer(ofYesOrNo: $0) != nil }
    case .dates: false
    }
  }
}
