import Engine

/// An estimate of a derivative from values of the function alone: central differences with two steps,
/// combined so that their leading errors cancel (Richardson 1911), with an error bar.
struct Difference {
  let estimate: Double
  /// How far the estimate may be off: what the two steps disagree by, and the rounding of the function.
  let error: Double
  /// The larger step.
  let step: Double
  /// Did a comparison go different ways on the two sides?
  let crossesKink: Bool
  /// The slopes to the left and to the right.
  let sides: ClosedRange<Double>

  private static let steps = [1e-3, 1e-4, 1e-5, 1e-6]
  private static let goodEnough = 1e-9
  /// Roundings of the function, in units of its last place.
  private static let roundings = 64.0

  /// The best of several steps.
  static func best(_ function: (Double) -> Branched) -> Difference {
    let middle = function(0)
    var best: Difference?
    for step in steps {
      let found = Difference(function, step: step, middle: middle)
      let isBetter =
        best.map { $0.crossesKink && !found.crossesKink || found.error < $0.error } ?? true
      if isBetter, best.map({ !found.crossesKink || $0.crossesKink }) ?? true { best = found }
      if !found.crossesKink, found.error <= goodEnough * max(1e-3, found.estimate.magnitude) {
        break
      }
    }
    return best!
  }

  init(_ function: (Double) -> Branched, step: Double, middle: Branched) {
    let (a, b) = (function(-step), function(step))
    let (c, d) = (function(-step / 2), function(step / 2))
    let wide = (b.real - a.real) / (2 * step)
    let narrow = (d.real - c.real) / step
    let size = max(a.real.magnitude, b.real.magnitude, middle.real.magnitude, 1e-3)
    estimate = narrow + (narrow - wide) / 3
    error = (narrow - wide).magnitude / 3 + Self.roundings * Double.ulpOfOne * size / step
    self.step = step
    crossesKink = Set([a.trail, b.trail, c.trail, d.trail]).count > 1
    let (left, right) = (
      (middle.real - c.real) / (step / 2), (d.real - middle.real) / (step / 2)
    )
    sides = min(left, right)...max(left, right)
  }
}
