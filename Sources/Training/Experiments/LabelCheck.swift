package import Datasets
import Engine
package import Networks

/// Labels that are likely wrong: those that networks which never saw the row doubt.
///
/// The data are cut into folds, and each fold is answered by a network that learned from all others. A label is
/// doubted when another class gets at least the probability that this class gets on average on the rows that
/// bear its name, and more than any other class that does so, the given one included. That is the rule of
/// confident learning (Northcutt, Jiang and Chuang, *Confident learning: estimating uncertainty in dataset
/// labels*, 2021): a bar for each class by itself, since networks are surer of some classes than of others. The
/// first of the list are those where the other class leads by most.
package struct LabelCheck: Codable, Sendable {
  /// A label that is likely wrong.
  package struct Doubt: Codable, Sendable, Equatable {
    /// Of the data file, counted from 1, without the header.
    package var row: Int
    /// The image's file; nil for a row of a table.
    package var file: String?
    /// The label as it is.
    package var given: String
    /// What it more likely is.
    package var suggested: String
    /// What a network that never saw the row gives to the label as it is.
    package var givenProbability: Double
    /// What it gives to the other.
    package var suggestedProbability: Double

    private enum CodingKeys: String, CodingKey {
      case row, file, given, suggested
      case givenProbability = "given_probability"
      case suggestedProbability = "suggested_probability"
    }
  }

  /// What a network that never saw a row says of it.
  struct Answered {
    var row: Int
    var file: String?
    /// The place of its label.
    var given: Int
    /// Of each class.
    var probabilities: [Float]
  }

  /// How many rows were looked at.
  package var rows: Int
  /// The share of them whose label the networks that never saw them found.
  package var agreement: Double
  /// The most doubtful first.
  package var doubts: [Doubt]
  /// For each class the probability from which on it is held against another label: the average of it over the
  /// rows that bear its name.
  package var bars: [String: Double]
  /// What a reader should know: how the folds were made, rows that were left out.
  package var notes: [String]

  /// Trains a network for each fold and compares.
  ///
  /// - Parameters:
  ///   - configuration: names the data and how networks are trained. No rows are kept back for a test, since all
  ///     labels are looked at.
  ///   - folds: how many, from 2 on.
  ///   - registry: what the settings, and a model to start from, can name.
  ///   - decoders: unpack IDX files and read images.
  ///   - listen: is told of each step and epoch, with the number of the fold, counted from 1. If it stops, the
  ///     rows of the folds before are all that is looked at.
  /// - Throws: `Problem` for the files and the settings, and for data whose rows have not one class each.
  package init(
    _ configuration: RunConfiguration, folds: Int = 5, registry: Registry = .standard,
    decoders: Decoders = .none,
    listen: (_ fold: Int, _ event: TrainingEvent) throws -> TrainingControl = { _, _ in .continue }
  ) throws {
    var configuration = configuration
    (configuration.data.test, configuration.data.split) = (.fraction(0), nil)
    let validation = try CrossValidation(
      configuration, folds: folds, registry: registry, decoders: decoders)
    var answered: [String: Answered] = [:]
    var classes: [String] = []
    let report = try validation.run(
      observe: { fold, experiment, event in
        try Self.check(experiment)
        return try listen(fold, event)
      },
      trained: { experiment, loop in
        for (one, label, names) in try Self.answers(experiment, loop) {
          for name in names where !classes.contains(name) { classes.append(name) }
          // A fold may lack a class, so that its networks have other places.
          var probabilities = [Float](repeating: 0, count: classes.count)
          for (name, value) in zip(names, one.probabilities) {
            probabilities[classes.firstIndex(of: name)!] = value
          }
          var one = one
          (one.given, one.probabilities) = (classes.firstIndex(of: label)!, probabilities)
          answered["\(one.row)"] = one
        }
      })
    let count = classes.count
    self.init(
      answered.values.sorted { $0.row < $1.row }.map { one in
        var one = one
        one.probabilities += [Float](repeating: 0, count: count - one.probabilities.count)
        return one
      }, classes)
    notes = report.notes
  }

  private static func check(_ experiment: Experiment) throws {
    guard experiment.task.isClassification, experiment.data.preprocessing.stepLabels == nil,
      experiment.data.preprocessing.targetCount == 1
    else {
      throw Problem.data(
        "target", expected: "one class for each row",
        found: experiment.task == .regression ? "numbers" : "several labels for a row",
        fix: "name a column of classes")
    }
  }

  /// What the network of a fold says of the rows that it never saw.
  private static func answers(
    _ experiment: Experiment, _ loop: TrainingLoop
  ) throws -> [(Answered, label: String, classes: [String])] {
    guard let heldOut = experiment.data.test else { return [] }
    let classes = experiment.data.preprocessing.classes
    let answers = try experiment.model(of: loop).predict(heldOut.inputs)
    return answers.enumerated().compactMap { place, answer in
      let label = Int(heldOut.targets[place][0])
      guard let probabilities = answer.probabilities, classes.indices.contains(label) else {
        return nil
      }
      return (
        Answered(
          row: experiment.data.split[.test][place], file: heldOut.images?[place].file, given: label,
          probabilities: probabilities.values), classes[label], classes
      )
    }
  }

  /// Compares labels with what is said of them.
  init(_ answered: [Answered], _ classes: [String]) {
    rows = answered.count
    notes = []
    var (sums, counts) = (
      [Double](repeating: 0, count: classes.count), [Int](repeating: 0, count: classes.count)
    )
    for one in answered {
      sums[one.given] += Double(one.probabilities[one.given])
      counts[one.given] += 1
    }
    let averages = zip(sums, counts).map { $1 == 0 ? 1 : $0 / Double($1) }
    bars = Dictionary(uniqueKeysWithValues: zip(classes, averages))
    agreement =
      Double(
        answered.count { one in
          one.probabilities.indices.allSatisfy {
            one.probabilities[$0] <= one.probabilities[one.given]
          }
        }) / Double(max(1, answered.count))
    let doubts = answered.compactMap { one -> Doubt? in
      let reached = classes.indices.filter { Double(one.probabilities[$0]) >= averages[$0] }
      guard
        let best = reached.max(by: { one.probabilities[$0] < one.probabilities[$1] }),
        best != one.given, one.probabilities[best] > one.probabilities[one.given]
      else { return nil }
      return Doubt(
        row: one.row + 1, file: one.file, given: classes[one.given], suggested: classes[best],
        givenProbability: Double(one.probabilities[one.given]),
        suggestedProbability: Double(one.probabilities[best]))
    }
    self.doubts = doubts.sorted {
      ($1.suggestedProbability - $1.givenProbability, $0.row)
        < ($0.suggestedProbability - $0.givenProbability, $1.row)
    }
  }
}
