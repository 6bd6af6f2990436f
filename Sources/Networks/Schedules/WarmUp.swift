package import Engine

extension Schedules {
  /// base · (step + 1) / over for the first `over` steps, then another schedule from its beginning
  ///
  /// Goyal et al. 2017. The first step already learns: Keras's warm-up in `CosineDecay` and others
  /// use step / over, whose first rate is 0. PyTorch's `LinearLR` begins at a third by default.
  package struct WarmUp: Schedule {
    package static let kind = "warm_up"
    package static var usual: Self { Self(over: 0, then: Constant()) }
    package static var settings: [Setting<Self>] {
      [
        .required("over", \.over, in: NetworkLimits.steps),
        .member("then", \.then, of: Schedules.self),
      ]
    }

    /// The steps of the climb.
    package var over: Int
    /// What comes after.
    @Named<Schedules> package var then: any Schedule

    /// Settings are checked when training begins.
    package init(over: Int, then: any Schedule) {
      self.over = over
      self.then = then
    }

    package func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      let step = max(step, 0)
      if step < over { return base * ((Double(step) + 1) / Double(over)) }
      return then.rate(base: base, step: step - max(over, 0), state: state)
    }

    package func observe(validationLoss: Double, state: inout ScheduleState) {
      then.observe(validationLoss: validationLoss, state: &state)
    }

    package func inSteps(perEpoch steps: Int) -> Self {
      Self(over: scaled(over, by: steps), then: then.inSteps(perEpoch: steps))
    }

    package func check(at location: String) throws(Problem) {
      try demand(over >= 1, "over", "at least 1", found: over, at: location)
      try then.check(at: location + ".then")
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// Climbs to the base, then follows another schedule from its beginning.
  public static func warmUp(over: Int, then: any Schedule) -> any Schedule {
    Schedules.WarmUp(over: over, then: then)
  }
}
