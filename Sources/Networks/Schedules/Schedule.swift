import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the learning rate changes while training.
///
/// All but ``onPlateau(factor:patience:minimum:improvement:)`` are functions of the number of the
/// step. What `onPlateau` has seen is a ``ScheduleState``, which belongs to the trainer and its
/// checkpoint:
/// ```swift
/// var state = ScheduleState()
/// let rate = schedule.rate(base: 0.01, step: step, state: state)   // before each step
/// schedule.observe(validationLoss: loss, state: &state)            // after each epoch
/// ```
/// Counts are in optimiser steps; ``inSteps(perEpoch:)`` turns counts of epochs into steps.
public indirect enum Schedule: Sendable, Hashable {
  /// base
  case constant
  /// base · factor^⌊step / every⌋
  ///
  /// PyTorch's `StepLR` (`step_size`, `gamma`), which counts epochs; Keras's `ExponentialDecay` with
  /// `staircase=True`.
  case step(every: Int, factor: Double)
  /// base · factor^(step / every)
  ///
  /// Keras's `ExponentialDecay` (`decay_rate`, `decay_steps`). PyTorch's `ExponentialLR` is the same
  /// with one epoch for `every`, but changes only between epochs.
  case exponential(factor: Double, every: Int)
  /// base · (floor + (1 − floor) · (1 + cos(π · min(step, over) / over)) / 2)
  ///
  /// Keras's `CosineDecay` (`decay_steps`, `alpha`; Loshchilov and Hutter 2017): `floor` is a part of
  /// the base, and the rate stays there. PyTorch's `CosineAnnealingLR` takes the lowest rate itself
  /// (`eta_min`) and climbs again after `T_max`.
  case cosine(over: Int, floor: Double = 0)
  /// base · (step + 1) / over for the first `over` steps, then another schedule from its beginning
  ///
  /// Goyal et al. 2017. The first step already learns: Keras's warm-up in `CosineDecay` and others
  /// use step / over, whose first rate is 0. PyTorch's `LinearLR` begins at a third by default.
  case warmUp(over: Int, then: Schedule)
  /// base · factor^(reductions), not below `minimum`; one more reduction after `patience` epochs in
  /// a row without a validation loss below the best by more than `improvement`
  ///
  /// Keras's `ReduceLROnPlateau` (`min_delta` = 1e-4, no cool-down). PyTorch's waits one epoch longer
  /// for the same `patience` and takes the improvement relative to the best.
  case onPlateau(
    factor: Double = 0.1, patience: Int = 10, minimum: Double = 0, improvement: Double = 1e-4)

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - base: the optimiser's own learning rate.
  ///   - step: counted from 0.
  ///   - state: what has been observed up to now.
  public func rate(base: Double, step: Int, state: ScheduleState = .init()) -> Double {
    let step = max(step, 0)
    switch self {
    case .constant:
      return base
    case .step(let every, let factor):
      return base * pow(factor, Double(step / max(every, 1)))
    case .exponential(let factor, let every):
      return base * pow(factor, Double(step) / Double(max(every, 1)))
    case .cosine(let over, let floor):
      let part = Double(min(step, over)) / Double(max(over, 1))
      return base * (floor + (1 - floor) * (1 + cos(.pi * part)) / 2)
    case .warmUp(let over, let next):
      if step < over { return base * ((Double(step) + 1) / Double(over)) }
      return next.rate(base: base, step: step - max(over, 0), state: state)
    case .onPlateau(let factor, _, let minimum, _):
      return Self.reduced(base, state.reductions, factor, minimum)
    }
  }

  /// Takes note of an epoch's validation loss. Only `onPlateau` looks at it; a loss that is not a
  /// number counts as no improvement.
  public func observe(validationLoss: Double, state: inout ScheduleState) {
    switch self {
    case .constant, .step, .exponential, .cosine: break
    case .warmUp(_, let next): next.observe(validationLoss: validationLoss, state: &state)
    case .onPlateau(_, let patience, _, let improvement):
      state.observe(validationLoss, patience: patience, improvement: improvement)
    }
  }

  /// This schedule with its counts, meant as epochs, turned into steps. The rate then changes from
  /// step to step, not only between epochs; `onPlateau` counts epochs anyway and stays as it is.
  public func inSteps(perEpoch steps: Int) -> Schedule {
    func scaled(_ epochs: Int) -> Int {
      let (product, overflow) = epochs.multipliedReportingOverflow(by: steps)
      return overflow ? .max : product
    }
    switch self {
    case .constant, .onPlateau: return self
    case .step(let every, let factor): return .step(every: scaled(every), factor: factor)
    case .exponential(let factor, let every):
      return .exponential(factor: factor, every: scaled(every))
    case .cosine(let over, let floor): return .cosine(over: scaled(over), floor: floor)
    case .warmUp(let over, let next):
      return .warmUp(over: scaled(over), then: next.inSteps(perEpoch: steps))
    }
  }

  /// Multiplied one reduction at a time, as Keras does, so that the bits agree. A base that is below
  /// the minimum from the beginning stays.
  private static func reduced(
    _ base: Double, _ reductions: Int, _ factor: Double, _ minimum: Double
  ) -> Double {
    var rate = base
    for _ in 0..<max(reductions, 0) {
      guard rate > minimum else { break }
      let next = max(rate * factor, minimum)
      // The smallest number above 0 cannot get smaller.
      if next == rate { break }
      rate = next
    }
    return rate
  }
}

/// What a schedule has seen of the training so far. It goes into the checkpoint.
public struct ScheduleState: Sendable, Hashable, Codable {
  /// The lowest validation loss that counted as an improvement; nil before the first epoch.
  public private(set) var best: Double?
  /// Epochs since the last improvement or reduction.
  public private(set) var waited = 0
  /// How many times the rate was reduced.
  public private(set) var reductions = 0

  /// Nothing seen yet.
  public init() {}

  fileprivate mutating func observe(_ loss: Double, patience: Int, improvement: Double) {
    if loss < (best ?? .infinity) - improvement {
      best = loss
      waited = 0
    } else {
      waited &+= 1  // numbers of a forged checkpoint may not trap
      if waited >= patience {
        reductions &+= 1
        waited = 0
      }
    }
  }
}
