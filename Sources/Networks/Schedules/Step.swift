import Engine
import Platform

extension Schedules {
  /// base · factor^⌊step / every⌋
  ///
  /// PyTorch's `StepLR` (`step_size`, `gamma`), which counts epochs; Keras's `ExponentialDecay` with
  /// `staircase=True`.
  package struct Step: FactorSchedule {
    package static let kind = "step"
    package static var usual: Self { Self(every: 0, factor: 0) }
    package static var settings: [Setting<Self>] {
      [.required("every", \.every, in: NetworkLimits.steps), .required("factor", \.factor)]
    }

    /// Steps from one change to the next.
    package var every: Int
    package var factor: Double

    /// Settings are checked when training begins.
    package init(every: Int, factor: Double) { (self.every, self.factor) = (every, factor) }

    package func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      base * pow(factor, Double(max(step, 0) / max(every, 1)))
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// base · factor^⌊step / every⌋
  public static func step(every: Int, factor: Double) -> any Schedule {
    Schedules.Step(every: every, factor: factor)
  }
}
