import Datasets
import Engine
import Formatting
import Networks

/// Which of a series' values, their change from the last one and their change from the season before is
/// better forecast, by the errors of a small network on validation rows.
struct ForecastTrial {
  /// What is learned from now on.
  let chosen: Preprocessing
  /// What was tried and what came of it; nil for data that are no series, or where nothing was tried.
  let note: String?

  /// The values themselves must be so much better, since a network that has learned them is lost where the
  /// series leaves its range.
  private static let least = 0.95

  /// - Parameters:
  ///   - fitted: learns the values themselves.
  ///   - given: what was asked for; nil finds out.
  /// - Throws: `Problem` for a change that cannot be learned.
  init(
    _ raw: RawData, _ fitted: Preprocessing, _ given: ForecastForm?, isLinear: Bool, _ split: Split,
    seed: UInt64
  ) throws {
    guard fitted.series != nil else {
      (chosen, note) = (fitted, nil)
      return
    }
    if let given {
      guard let made = fitted.learning(given) else {
        throw Problem.data(
          "forecast_as", expected: "a season for `\(given.rawValue)`",
          found: "none in the training rows",
          fix: "set `season` to the number of steps, or `forecast_as` to `change`")
      }
      (chosen, note) = (made, nil)
      return
    }
    // Changes may be below 0, so they have no logarithm.
    let forms: [ForecastForm] = isLinear ? ForecastForm.allCases : [.value]
    let candidates = forms.compactMap { form in fitted.learning(form).map { (form, $0) } }
    guard candidates.count > 1, !split.validation.isEmpty else {
      let change = candidates.last { $0.0 == .change } ?? candidates[0]
      (chosen, note) = (change.1, nil)
      return
    }
    // The nearest to the time that is forecast.
    let train = RowNumbers(split.train.suffix(SmallNetwork.mostRows).map { $0 })
    let validation = RowNumbers(split.validation.suffix(SmallNetwork.mostRows).map { $0 })
    let tried = try candidates.map { form, made in
      let errors = try SmallNetwork.errors(
        made, train: raw.dataset(made, rows: train), on: raw.dataset(made, rows: validation),
        seed: seed)
      return (form: form, made: made, error: errors.reduce(0, +) / Double(errors.count))
    }
    let best = tried.min {
      $0.error * ($0.form == .value ? 1 / Self.least : 1)
        < $1.error * ($1.form == .value ? 1 / Self.least : 1)
    }!
    chosen = best.made
    note = Self.note(best.form, tried.map { ($0.form, $0.error) }, fitted)
  }

  private static func note(
    _ best: ForecastForm, _ tried: [(ForecastForm, Double)], _ fitted: Preprocessing
  ) -> String {
    func words(_ form: ForecastForm) -> String {
      switch form {
      case .value: "the values themselves"
      case .change: "the change from the last value"
      case .seasonalChange:
        "the change from the value \(fitted.series?.season ?? 0) steps before"
      }
    }
    return
      "forecasts of `\(fitted.series?.column ?? "")` learn \(words(best)), since a small network's "
      + "root mean squared error on validation rows was "
      + tried.map { "\($0.1.shortText) with \(words($0.0))" }.joined(separator: ", ")
      + "; set `forecast_as` to "
      + tried.map(\.0).filter { $0 != best }.map { "`\($0.rawValue)`" }.joined(separator: " or ")
      + " for another"
  }
}

extension Change {
  /// What a network for these data is put into, with the sizes that the training rows have; nil where
  /// values themselves are learned.
  ///
  /// - Parameter outputs: of the network, in rounds of one for each target.
  init?(of preprocessing: Preprocessing, _ train: Dataset, outputs: Int) {
    guard let form = preprocessing.series?.form, let references = preprocessing.references(form)
    else { return nil }
    let lookedBack = preprocessing.lookedBack
    guard let base = lookedBack[1] else { return nil }
    let relative = lookedBack.values.sorted()
    var (inputs, answers) = (0.0, 0.0)
    for row in 0..<train.count {
      let (input, target) = (train.inputs[row], train.targets[row])
      for place in relative { inputs += Double(input[place] - input[base]).squared }
      for (place, reference) in references.enumerated() {
        answers += Double(target[place] - input[reference]).squared
      }
    }
    /// √ of the mean square; 1 where nothing changes.
    func size(_ squares: Double, of count: Int) -> Double {
      squares > 0 ? (squares / Double(train.count * count)).squareRoot() : 1
    }
    self.init(
      [], from: (0..<outputs).map { references[$0 % references.count] }, base: base,
      relative: relative, spread: size(inputs, of: max(1, relative.count - 1)),
      unit: size(answers, of: references.count))
  }

  /// What the layers inside see of many examples.
  func inner(_ inputs: Examples) throws -> Examples {
    try Examples(shape: inputs.shape, floats: (0..<inputs.count).flatMap { inner(inputs[$0]) })
  }

  /// Itself with these layers inside, as the whole of a network.
  func around(_ layers: [any Layer]) -> [any Layer] {
    var whole = self
    whole.layers = layers
    return [whole]
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}
