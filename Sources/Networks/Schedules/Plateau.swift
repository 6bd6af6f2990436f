package import Engine

extension Schedules {
  /// base · factor^(reductions), not below `minimum`; one more reduction after `patience` epochs in
  /// a row without a validation loss below the best by more than `improvement`
  ///
  /// Keras's `ReduceLROnPlateau` (`min_delta` = 1e-4, no cool-down). PyTorch's waits one epoch longer
  /// for the same `patience` and takes the improvement relative to the best.
  package struct Plateau: Schedule {
    package static let kind = "plateau"
    package static let aliases = ["on_plateau"]
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [
        .usual("factor", \.factor), .usual("patience", \.patience, in: NetworkLimits.patience),
        .usual("minimum", \.minimum), .usual("improvement", \.improvement),
      ]
    }

    package var factor: Double
    /// In epochs.
    package var patience: Int
    /// The lowest rate.
    package var minimum: Double
    package var improvement: Double

    /// Keras's defaults.
    package init(
      factor: Double = 0.1, patience: Int = 10, minimum: Double = 0, improvement: Double = 1e-4
    ) {
      (self.factor, self.patience) = (factor, patience)
      (self.minimum, self.improvement) = (minimum, improvement)
    }

    package func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      // Multiplied one reduction at a time, as Keras does, so that the bits agree. A base that is
      // below the minimum from the beginning stays.
      var rate = base
      for _ in 0..<max(state.reductions, 0) {
        guard rate > minimum else { break }
        let next = max(rate * factor, minimum)
        // The smallest number above 0 cannot get smaller.
        if next == rate { break }
        rate = next
      }
      return rate
    }

    package func observe(validationLoss: Double, state: inout ScheduleState) {
      state.observe(validationLoss, patience: patience, improvement: improvement)
    }

    package func check(at location: String) throws(Problem) {
      try demand(
        factor > 0 && factor < 1, "factor", "a number between 0 and 1", found: factor, at: location)
      try demand(patience >= 1, "patience", "at least 1", found: patience, at: location)
      for (name, number) in [("minimum", minimum), ("improvement", improvement)] {
        try demand(
          number >= 0 && number.isFinite, name, "a finite number of at least 0", found: number,
          at: location)
      }
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// Reduced whenever the validation loss has not improved for `patience` epochs.
  public static func plateau(
    factor: Double = 0.1, patience: Int = 10, minimum: Double = 0, improvement: Double = 1e-4
  ) -> any Schedule {
    Schedules.Plateau(
      factor: factor, patience: patience, minimum: minimum, improvement: improvement)
  }
}
