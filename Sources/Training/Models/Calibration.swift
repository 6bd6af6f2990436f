public import Datasets
import Engine
import Formatting
import Networks

/// What makes intervals and sets of classes of answers, by split conformal prediction: of the errors on
/// rows that no weight was learned from, the one of rank ⌈(n + 1) · coverage⌉. If later rows are drawn
/// as these n were, an interval or set holds the truth with that probability or more, whatever the
/// model is; over many such draws, and not for each kind of row by itself.
///
/// V. Vovk, A. Gammerman, G. Shafer, *Algorithmic Learning in a Random World* (2005); J. Lei and others,
/// *Distribution-free predictive inference for regression*, JASA 113 (2018), for absolute residuals;
/// M. Sadinle, J. Lei, L. Wasserman, *Least ambiguous set-valued classifiers with bounded error levels*,
/// JASA 114 (2019), for sets of classes; Y. Romano, E. Patterson, E. Candès, *Conformalized quantile
/// regression*, NeurIPS 2019, for quantiles, whose interval reaches from the lowest to the highest.
package struct Calibration: Codable, Sendable, Equatable {
  /// The share of truths that intervals and sets hold.
  package let coverage: Double
  /// How many rows the errors are of.
  package let rows: Int
  /// Half the width of each number's interval, on the scale that the network learns; nil for classes and
  /// quantiles.
  package private(set) var halfWidths: [Float]?
  /// How far the interval of each number reaches beyond its lowest and highest quantile, on that scale;
  /// below 0 where these lie too far apart. Nil where there are no quantiles.
  package private(set) var margins: [Float]?
  /// The least probability of a class that belongs to a set; nil for numbers.
  package private(set) var leastProbability: Float?

  private enum CodingKeys: String, CodingKey {
    case coverage, rows, margins
    case halfWidths = "half_widths"
    case leastProbability = "least_probability"
  }

  /// The fewest rows whose errors have one of that rank.
  package static func fewestRows(for coverage: Double) -> Int {
    var rows = max(1, Int((coverage / (1 - coverage)).rounded(.down)))
    while rank(of: rows, coverage) > rows { rows += 1 }
    return rows
  }

  /// ⌈(n + 1) · coverage⌉, but for what rounding adds to a product that is whole.
  static func rank(of rows: Int, _ coverage: Double) -> Int {
    Int((Double(rows + 1) * coverage - 1e-9).rounded(.up))
  }

  /// What intervals promise: of quantiles the share between the lowest and the highest; nil where one alone
  /// is answered.
  static func coverage(of loss: any Loss, _ given: Double) -> Double? {
    guard let quantiles = loss.quantiles else { return given }
    return quantiles.count > 1 ? quantiles[quantiles.count - 1] - quantiles[0] : nil
  }

  /// - Parameters:
  ///   - answers: row-major, the network's for each row, or each step that has a label.
  ///   - width: how many numbers an answer has.
  ///   - loss: that the network was trained with.
  /// - Returns: nil for too few rows, for one quantile alone, and for several labels, each of which is its
  ///   own answer.
  init?(
    _ answers: [Float], of data: Dataset, _ preprocessing: Preprocessing, width: Int,
    loss: any Loss, coverage: Double
  ) {
    guard let coverage = Self.coverage(of: loss, coverage) else { return nil }
    let truths = data.answers
    rows = truths.count
    self.coverage = coverage
    let rank = Self.rank(of: rows, coverage)
    guard rank <= rows, rank >= 1 else { return nil }
    func error(_ errors: [Float]) -> Float { errors.sorted()[rank - 1] }
    switch preprocessing.target {
    case .numbers(let scales) where loss.quantiles != nil:
      margins = scales.indices.map { place in
        error(
          (0..<data.count).map { row in
            let own = QuantileAnswers.of(answers[row * width..<(row + 1) * width], scales.count)[
              place]
            let truth = data.targets[row][place]
            return max(own[0] - truth, truth - own[own.count - 1])
          })
      }
    case .numbers:
      halfWidths = (0..<width).map { place in
        error(
          (0..<rows).map {
            (answers[$0 * width + place] - truths.targets[$0 * width + place]).magnitude
          })
      }
    case .classes, .ordered:
      let errors = (0..<rows).map { row -> Float in
        let probabilities = TrainedModel.ofClasses(answers[row * width..<(row + 1) * width])
        return 1 - probabilities[Int(truths.targets[row])]
      }
      leastProbability = 1 - error(errors)
    case .labels: return nil
    }
  }

  /// The ends of the interval of each target, on the scale that the network learns; nil for classes.
  ///
  /// - Parameter outputs: of the network for one example.
  package func intervals(_ outputs: ArraySlice<Float>) -> [(low: Float, high: Float)]? {
    if let margins {
      return zip(QuantileAnswers.of(outputs, margins.count), margins).map { own, margin in
        let (low, high) = (own[0] - margin, own[own.count - 1] + margin)
        // Quantiles that lie too far apart may be brought together, but not past each other.
        return low <= high ? (low, high) : ((low + high) / 2, (low + high) / 2)
      }
    }
    return halfWidths.map { zip(outputs, $0).map { ($0 - $1, $0 + $1) } }
  }

  /// The places of the classes in the set, the most probable one always among them; nil for numbers.
  package func set(_ probabilities: [Float]) -> [Int]? {
    guard let leastProbability, let most = probabilities.max() else { return nil }
    return probabilities.indices.filter {
      probabilities[$0] >= leastProbability || probabilities[$0] == most
    }
  }

  /// - Throws: `Problem` where a file's numbers are none that were ever written.
  func check(_ preprocessing: Preprocessing, at name: String) throws {
    let fits =
      switch preprocessing.target {
      case .numbers(let scales): (halfWidths ?? margins)?.count == scales.count
      case .classes, .ordered: leastProbability != nil
      case .labels: false
      }
    let numbers = (halfWidths ?? []) + (leastProbability.map { [$0] } ?? [])
    guard fits, coverage > 0, coverage < 1, rows > 0,
      numbers.allSatisfy({ $0 >= 0 && $0.isFinite }),
      margins?.allSatisfy(\.isFinite) ?? true
    else {
      throw Problem(
        .malformed, "\(name): calibration", expected: "a number from 0 for each answer",
        found: "something else", fix: "the file is damaged; take it from its run again")
    }
  }

  /// Why a training has no intervals; nil where it has.
  package static func note(_ coverage: Double, rows: Int) -> String? {
    let fewest = fewestRows(for: coverage)
    guard rows < fewest else { return nil }
    return "answers have no intervals or sets: for `coverage` \(coverage.shortText) they take "
      + "\(fewest) validation rows, and there \(rows == 1 ? "is" : "are") \(rows); "
      + "keep more rows for `validation`, or set a smaller `coverage`"
  }
}

extension TrainedModel {
  /// Gives later answers an interval, or a set of classes, that holds the truth with a given
  /// probability: see ``Prediction/low``, ``Prediction/lows`` and ``Prediction/set``.
  ///
  /// - Parameters:
  ///   - data: rows that no weight was learned from; too few of them leave answers without.
  ///   - coverage: the probability, above 0 and below 1; a model of quantiles promises the share between
  ///     its lowest and its highest instead.
  /// - Throws: `Problem` if the data do not fit the model.
  public mutating func calibrate(
    on data: Dataset, coverage: Double = 0.9, threads: Int = 1
  ) throws {
    guard coverage > 0, coverage < 1 else {
      throw Problem.data("coverage", expected: "a number above 0 and below 1", found: "\(coverage)")
    }
    try preprocessing.check(data, at: "calibration")
    let (truths, width) = (data.answers, outputsOfAnswer)
    calibration = Calibration(
      truths.taking(try outputs(data.inputs, threads: threads), width: width), of: data,
      preprocessing, width: width, loss: model.loss, coverage: coverage)
  }
}

/// Quantiles as a network answers them: all targets for the first, then all for the second, and so on.
enum QuantileAnswers {
  /// For each target its quantiles, sorted: those that were learned by themselves may cross, and sorted ones
  /// are never farther from the true ones (Chernozhukov, Fernández-Val and Galichon 2010).
  static func of(_ outputs: ArraySlice<Float>, _ targets: Int) -> [[Float]] {
    (0..<targets).map { target in
      stride(from: outputs.startIndex + target, to: outputs.endIndex, by: targets)
        .map { outputs[$0] }.sorted()
    }
  }
}
