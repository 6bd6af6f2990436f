package import Engine

/// A schedule that multiplies the rate by a factor every so many steps, at once or little by little.
package protocol FactorSchedule: Schedule {
  var factor: Double { get }
  /// The steps in which the rate changes by the factor.
  var every: Int { get set }
}

extension FactorSchedule {
  package func inSteps(perEpoch steps: Int) -> Self {
    var changed = self
    changed.every = Schedules.scaled(every, by: steps)
    return changed
  }

  package func check(at location: String) throws(Problem) {
    try Schedules.demand(every >= 1, "every", "at least 1", found: every, at: location)
    try Schedules.demand(
      factor > 0 && factor.isFinite, "factor", "a finite number above 0", found: factor,
      at: location)
  }
}
