import Datasets
import Engine
import Formatting
import Networks

/// The range test of learning rates (L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*,
/// WACV 2017): a copy of the network is trained for some steps at a rate that grows by the same factor from
/// step to step, and the loss says where it learns and where it diverges.
/// ```swift
/// let range = try LearningRateRange(Experiment(configuration))
/// var tuned = configuration
/// if let rate = range.suggestion { tuned.training.learningRate = rate }
/// ```
/// The steps are those of a training, with its optimiser, batches, order, masks and limits of gradients; only
/// the rate and its schedule are others. Validation and test rows are not used and nothing is written.
public struct LearningRateRange: Sendable, Encodable {
  /// One step.
  public struct Step: Sendable, Hashable, Encodable {
    public var learningRate: Double
    /// Of the step's batch, before its update, penalties and dropout included; nil where it is not finite.
    public var loss: Double?
    /// Of a line through the losses around it, see ``LearningRateRange/rule``; nil where the loss is.
    public var smoothedLoss: Double?

    private enum CodingKeys: String, CodingKey {
      case loss
      case learningRate = "learning_rate"
      case smoothedLoss = "smoothed_loss"
    }
  }

  /// In order, up to the end of the range or to where the loss ran away.
  public let steps: [Step]
  /// Where the smoothed loss falls fastest; nil where it does not fall by more than chance.
  public let steepest: Double?
  /// Where the smoothed loss is lowest.
  public let lowest: Double
  /// From where on the loss is twice that of the beginning, or no longer finite; nil if it never is.
  public let divergence: Double?
  /// The rate to train with, to two digits; nil where there is none to suggest.
  public let suggestion: Double?
  /// Why that rate, or why none.
  public let reason: String
  /// The name of the optimiser that it is for.
  public let optimizer: String
  /// A fingerprint of the network's weights, 64 hexadecimal digits: the same before and after.
  public let weightsSHA256: String

  private enum CodingKeys: String, CodingKey {
    case steps, steepest, lowest, divergence, suggestion, reason, optimizer
    case weightsSHA256 = "weights_sha256"
  }

  /// How the suggestion is found.
  public static let rule =
    "the smaller of two rates: where the loss, smoothed by lines through a quarter of a tenfold on both sides, "
    + "falls fastest once a quarter of its fall is behind it, and a tenth of where it diverges"

  /// The rates that are tried if no others are given.
  public static let usual = 1e-6...10.0

  /// Trains a copy for some steps.
  ///
  /// - Parameters:
  ///   - rates: from the first step to the last.
  ///   - steps: how many, 20 or more; the test ends before where the loss runs away.
  ///   - listen: is told of each step; may stop the test, which then knows only the steps until then.
  /// - Throws: `Problem` for other counts and rates, where plan, data and network do not fit, or where the
  ///   first loss is not finite.
  public init(
    _ experiment: Experiment, rates: ClosedRange<Double> = usual, steps count: Int = 200,
    listen: (StepRecord) throws -> TrainingControl = { _ in .continue }
  ) throws {
    guard count >= 20, rates.lowerBound > 0, rates.upperBound.isFinite,
      rates.upperBound > rates.lowerBound
    else {
      throw Problem.data(
        "learning rates", expected: "at least 20 steps over a range of rates above 0",
        found: "\(count) steps from \(rates.lowerBound) to \(rates.upperBound)")
    }
    var losses: [Double] = []
    let loop = try Self.loop(experiment, rates, count)
    do {
      try loop.run(listen: { event in
        guard case .step(let step) = event else { return .continue }
        losses.append(step.stepLoss)
        let isOver = losses.count == count || Self.hasRunAway(losses)
        return try listen(step) == .stop || isOver ? .stop : .continue
      })
    } catch  where loop.hasDiverged {
      if !loop.lastLoss.isFinite { losses.append(loop.lastLoss) }
    }
    guard let first = losses.first, first.isFinite else {
      throw Problem.data(
        "the first step", expected: "a finite loss", found: "one that is not",
        fix: "scale the inputs, or look at what the columns hold")
    }
    self.init(losses, Self.rates(rates, count), experiment)
  }

  private init(_ losses: [Double], _ rates: [Double], _ experiment: Experiment) {
    let finite = losses.prefix { $0.isFinite }
    let perTenfold = 1 / Double.log10(rates[1] / rates[0])
    let smoothed = Self.smoothed(Array(finite), perTenfold: perTenfold)
    steps = losses.enumerated().map { place, loss in
      Step(
        learningRate: rates[place], loss: loss.isFinite ? loss : nil,
        smoothedLoss: smoothed.indices.contains(place) ? smoothed[place].value : nil)
    }
    let first = finite.prefix(max(10, finite.count / 10))
    let start = first.reduce(0, +) / Double(first.count)
    // What falls again after all that was learned is lost has learned nothing: the lowest comes before.
    var low = 0
    var lost: Int?
    for place in smoothed.indices where lost == nil {
      if smoothed[place].value < smoothed[low].value { low = place }
      if smoothed[low].value < 0.75 * start, smoothed[place].value > start { lost = place }
    }
    let bad =
      lost ?? smoothed.indices.first { smoothed[$0].value > 2 * start }
      ?? (finite.count < losses.count ? finite.count : nil)
    lowest = rates[low]
    let noise = Self.noise(Array(finite), smoothed, perTenfold: perTenfold)
    let fall = start - smoothed[low].value
    // Before, single batches that are easier than others make the steepest slopes.
    let begin = smoothed[...low].lastIndex { $0.value > start - 0.25 * fall } ?? 0
    let steep = (begin...low).min { smoothed[$0].slope < smoothed[$1].slope } ?? low
    let hasFallen = fall > max(3 * noise, 0.01 * start.magnitude)
    let (steepest, divergence) = (
      hasFallen && smoothed[steep].slope < 0 ? rates[steep] : nil, bad.map { rates[$0] }
    )
    (self.steepest, self.divergence) = (steepest, divergence)
    suggestion = steepest.map { Self.rounded(min($0, (divergence ?? .infinity) / 10)) }
    optimizer = experiment.plan.optimizer.rule.name
    weightsSHA256 = experiment.start.weightsSHA256
    reason = Self.reason(
      steepest, divergence, fall: fall, tried: rates[0]...rates[losses.count - 1])
  }

  private static func reason(
    _ steepest: Double?, _ divergence: Double?, fall: Double, tried: ClosedRange<Double>
  ) -> String {
    let end =
      divergence.map { "it diverges at \($0.rough)" }
      ?? "it diverges at no rate up to \(tried.upperBound.rough)"
    guard let steepest else {
      return
        "the loss falls at no rate from \(tried.lowerBound.rough) to \(tried.upperBound.rough) by more "
        + "than chance, so there is nothing to suggest; \(end)"
    }
    return "the loss falls fastest at \(steepest.rough), and \(end)"
  }

  // MARK: The steps

  /// The experiment's training on a copy, at growing rates, never stopped early.
  private static func loop(
    _ experiment: Experiment, _ rates: ClosedRange<Double>, _ count: Int
  ) throws -> TrainingLoop {
    let train = experiment.data.train
    var plan = experiment.plan
    plan.optimizer.learningRate = rates.lowerBound
    plan.schedule = Schedules.Exponential(
      factor: rates.upperBound / rates.lowerBound, every: count - 1)
    plan.stopping = .never
    plan.trainScores = .none
    plan.epochs = max(1, count / max(1, plan.stepsPerEpoch(rows: train.count)) + 1)
    let loop = try TrainingLoop(
      experiment.start, plan: plan, train: train,
      threads: experiment.configuration.training.threads ?? 1, kernels: experiment.kernels)
    loop.isTrial = true
    return loop
  }

  /// The rate of each step.
  private static func rates(_ rates: ClosedRange<Double>, _ count: Int) -> [Double] {
    let schedule = Schedules.Exponential(
      factor: rates.upperBound / rates.lowerBound, every: count - 1)
    return (0..<count).map {
      schedule.rate(base: rates.lowerBound, step: $0, state: ScheduleState())
    }
  }

  /// Whether the last losses are far above the first ones, so that nothing more is to be seen.
  private static func hasRunAway(_ losses: [Double]) -> Bool {
    let few = 5
    guard losses.count >= 2 * few else { return false }
    return losses.suffix(few).reduce(0, +) > 10 * losses.prefix(few).reduce(0, +)
  }

  // MARK: What they say

  /// At each step the value and the slope, by tenfold of the rate, of a line through the losses around it:
  /// by least squares, weighted by (1 − |d|³)³ for steps at d, in units of the reach (Cleveland 1979). What
  /// has run away counts no more than four times the beginning.
  static func smoothed(
    _ losses: [Double], perTenfold: Double
  ) -> [(value: Double, slope: Double)] {
    let reach = reach(perTenfold)
    let start = losses.prefix(5).reduce(0, +) / Double(min(5, losses.count))
    let losses = losses.map { min($0, 4 * start) }
    return losses.indices.map { place in
      var sums = (w: 0.0, x: 0.0, y: 0.0, xx: 0.0, xy: 0.0)
      let first = max(0, place - Int(reach))
      for other in first...min(losses.count - 1, place + Int(reach)) {
        let x = Double(other - place)
        let d = (x / (reach + 1)).magnitude
        let root = 1 - d * d * d
        let w = root * root * root
        sums.w += w
        sums.x += w * x
        sums.y += w * losses[other]
        sums.xx += w * x * x
        sums.xy += w * x * losses[other]
      }
      let determinant = sums.w * sums.xx - sums.x * sums.x
      guard determinant > 0 else { return (losses[place], 0) }
      let slope = (sums.w * sums.xy - sums.x * sums.y) / determinant
      return ((sums.y - slope * sums.x) / sums.w, slope * perTenfold)
    }
  }

  /// A quarter of a tenfold in steps, on each side.
  private static func reach(_ perTenfold: Double) -> Double { max(3, 0.25 * perTenfold) }

  /// How far a smoothed loss lies from another by chance: the deviation of the losses around it, over the
  /// root of half the steps that make it.
  private static func noise(
    _ losses: [Double], _ smoothed: [(value: Double, slope: Double)], perTenfold: Double
  ) -> Double {
    // Before anything is learned or runs away.
    let early = losses.indices.prefix(max(10, losses.count / 4))
    let squares = early.reduce(0.0) {
      $0 + (losses[$1] - smoothed[$1].value) * (losses[$1] - smoothed[$1].value)
    }
    return (squares / Double(early.count) / reach(perTenfold)).squareRoot()
  }

  /// To two significant digits.
  private static func rounded(_ rate: Double) -> Double { Double(rate.rough) ?? rate }
}
