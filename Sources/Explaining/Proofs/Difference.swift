import Engine

/// An estimate of a derivative from values of the function alone: central differences with two steps,
/// combined so that their leading errors cancel (Richardson 1911), with an error bar.
struct Difference {
  let estimate: Double
  /// How far the estimate may be off: what the two steps disagree by, and the rounding of the function.
  let error: Double
  /// Did a comparison go different ways on the two sides?
  let crossesKink: Bool
  /// The slopes to the left and to the right.
  let sides: ClosedRange<Double>

  static let steps = [1e-3, 1e-4, 1e-5, 1e-6]
  private static let goodEnough = 1e-9
  /// Roundings of the function, in units of its last place.
  private static let roundings = 64.0

  /// The best of several steps, with the place of its step in `steps`.
  static func best(_ function: MovedNumber) -> (difference: Difference, place: Int) {
    var best: (difference: Difference, place: Int)?
    for place in steps.indices {
      let found = Difference(function, place)
      let known = best?.difference
      let isBetter =
        known.map { $0.crossesKink && !found.crossesKink || found.error < $0.error } ?? true
      if isBetter, known.map({ !found.crossesKink || $0.crossesKink }) ?? true {
        best = (found, place)
      }
      if !found.crossesKink, found.error <= goodEnough * max(1e-3, found.estimate.magnitude) {
        break
      }
    }
    return best!
  }

  private init(_ function: MovedNumber, _ place: Int) {
    let step = Self.steps[place]
    let (moved, middle) = (function.group(place), function.real)
    let (a, b, c, d) = (moved[0], moved[1], moved[2], moved[3])
    let wide = (b - a) / (2 * step)
    let narrow = (d - c) / step
    let size = max(a.magnitude, b.magnitude, middle.magnitude, 1e-3)
    estimate = narrow + (narrow - wide) / 3
    error = (narrow - wide).magnitude / 3 + Self.roundings * Double.ulpOfOne * size / step
    crossesKink = function.isParted(place)
    let (left, right) = ((middle - c) / (step / 2), (d - middle) / (step / 2))
    sides = min(left, right)...max(left, right)
  }
}
