import Engine
import Platform

extension Schedules {
  /// base · factor^(step / every)
  ///
  /// Keras's `ExponentialDecay` (`decay_rate`, `decay_steps`). PyTorch's `ExponentialLR` is the same
  /// with one epoch for `every`, but changes only between epochs.
  package struct Exponential: FactorSchedule {
    package static let kind = "exponential"
    package static var usual: Self { Self(factor: 0, every: 0) }
    package static var settings: [Setting<Self>] {
      [.required("factor", \.factor), .required("every", \.every, in: NetworkLimits.steps)]
    }

    package var factor: Double
    /// The steps in which the rate changes by the factor.
    package var every: Int

    /// Settings are checked when training begins.
    package init(factor: Double, every: Int) { (self.factor, self.every) = (factor, every) }

    package func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      base * pow(factor, Double(max(step, 0)) / Double(max(every, 1)))
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// base · factor^(step / every)
  public static func exponential(factor: Double, every: Int) -> any Schedule {
    Schedules.Exponential(factor: factor, every: every)
  }
}
