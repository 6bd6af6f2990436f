package import Engine
import Platform

extension Schedules {
  /// base · (floor + (1 − floor) · (1 + cos(π · min(step, over) / over)) / 2)
  ///
  /// Keras's `CosineDecay` (`decay_steps`, `alpha`; Loshchilov and Hutter 2017): `floor` is a part of
  /// the base, and the rate stays there. PyTorch's `CosineAnnealingLR` takes the lowest rate itself
  /// (`eta_min`) and climbs again after `T_max`.
  package struct Cosine: Schedule {
    package static let kind = "cosine"
    package static var usual: Self { Self(over: 0) }
    package static var settings: [Setting<Self>] {
      [
        .required("over", \.over, in: NetworkLimits.steps),
        .usual("floor", \.floor, in: NetworkLimits.share),
      ]
    }

    /// The steps until the floor.
    package var over: Int
    /// The lowest rate, as a part of the base.
    package var floor: Double

    /// Settings are checked when training begins.
    package init(over: Int, floor: Double = 0) { (self.over, self.floor) = (over, floor) }

    package func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      let part = Double(min(max(step, 0), over)) / Double(max(over, 1))
      return base * (floor + (1 - floor) * (1 + cos(.pi * part)) / 2)
    }

    package func inSteps(perEpoch steps: Int) -> Self {
      var changed = self
      changed.over = scaled(over, by: steps)
      return changed
    }

    package func check(at location: String) throws(Problem) {
      try demand(over >= 1, "over", "at least 1", found: over, at: location)
      try demand((0...1).contains(floor), "floor", "0 to 1", found: floor, at: location)
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// Falls along a cosine from the base to the floor, a part of it.
  public static func cosine(over: Int, floor: Double = 0) -> any Schedule {
    Schedules.Cosine(over: over, floor: floor)
  }
}
