import Engine

/// How the learning rate changes while training.
///
/// Most are functions of the number of the step. What `Schedules.Plateau` has seen is a
/// ``ScheduleState``, which belongs to the trainer and its checkpoint:
/// ```swift
/// var state = ScheduleState()
/// let rate = schedule.rate(base: 0.01, step: step, state: state)   // before each step
/// schedule.observe(validationLoss: loss, state: &state)            // after each epoch
/// ```
/// Counts are in optimiser steps; ``inSteps(perEpoch:)`` turns counts of epochs into steps.
public protocol Schedule: Component {
  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - base: the optimiser's own learning rate.
  ///   - step: counted from 0.
  ///   - state: what has been observed up to now.
  func rate(base: Double, step: Int, state: ScheduleState) -> Double
  /// Takes note of an epoch's validation loss; most schedules do not look at it.
  func observe(validationLoss: Double, state: inout ScheduleState)
  /// This schedule with its counts, meant as epochs, turned into steps. The rate then changes from
  /// step to step, not only between epochs. What counts epochs anyway stays as it is.
  func inSteps(perEpoch steps: Int) -> Self
}

extension Schedule {
  public func observe(validationLoss: Double, state: inout ScheduleState) {}
  public func inSteps(perEpoch steps: Int) -> Self { self }
}

/// All schedules, and the place of the built-in ones.
///
/// Swift finds `.cosine(over: 100)` where any schedule is asked for by way of one public type of that kind.
/// For all of them this is ``Schedules/Constant``; what each gives back is its own type.
public enum Schedules: Family {
  public typealias Member = any Schedule
  public static let word = "schedule"
  public static let standard: [any Configurable.Type] = [
    Constant.self, Step.self, Exponential.self, Cosine.self, WarmUp.self, Plateau.self,
  ]

  /// A count of epochs as a count of steps.
  static func scaled(_ epochs: Int, by steps: Int) -> Int {
    let (product, overflow) = epochs.multipliedReportingOverflow(by: steps)
    return overflow ? .max : product
  }

  /// - Throws: `Problem` for a setting that is out of its range.
  static func demand(
    _ holds: Bool, _ setting: String, _ expected: String, found: some Any, at location: String
  ) throws(Problem) {
    guard !holds else { return }
    throw Problem.data("\(location).\(setting)", expected: expected, found: "\(found)")
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

  /// Takes note of an epoch: a loss below the best by more than `improvement` is the new best; after
  /// `patience` epochs in a row without one the rate is reduced once more. A loss that is not a number
  /// is no improvement.
  public mutating func observe(_ loss: Double, patience: Int, improvement: Double) {
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
