public import Engine

/// How the pixels of an image of another size come from those at hand.
///
/// Each new pixel is a weighted mean of the pixels around its place; when an image shrinks, the
/// filter widens by as much, so that every pixel counts and no pattern appears that was not there
/// (antialiasing).
public enum Resampling: String, Sendable, NamedChoice {
  /// Weights fall in a straight line: 1 − |x|.
  case bilinear
  /// The cubic convolution of Keys (1981) with a = −0.5: sharper, may overshoot at edges.
  case bicubic
  /// Every pixel that a new pixel covers counts the same.
  case area

  /// How far the filter reaches, in new pixels when shrinking, in old ones when growing.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    case .area: 0.5
    }
  }

  /// The weight at a distance from the centre.
  func weight(_ x: Double) -> Double {
    let a = -0.5
    let distance = x.magnitude
    switch self {
    case .bilinear: return distance < 1 ? 1 - distance : 0
    case .bicubic:
      if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
      if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * a }
      return 0
    case .area: return x > -0.5 && x <= 0.5 ? 1 : 0
    }
  }
}

/// Which old pixels each new pixel along one axis is made of, and with what weights.
struct ResamplingWeights<Level: ImageLevel> {
  /// The first old pixel of each new one; never falls.
  private(set) var first: [Int] = []
  /// How many old pixels each new one is made of.
  private(set) var count: [Int] = []
  /// `stride` numbers for each new pixel, in fixed point; they sum to about 1.
  private(set) var weights: [Level.Sum] = []
  private(set) var stride: Int

  /// - Parameters:
  ///   - size: Old pixels along the axis.
  ///   - range: The part of them that becomes the new ones, in pixels from the axis's beginning.
  ///   - newSize: New pixels along the axis.
  init(_ size: Int, _ range: ClosedRange<Double>, to newSize: Int, _ filter: Resampling) {
    let scale = (range.upperBound - range.lowerBound) / Double(newSize)
    let widening = max(scale, 1)
    let support = filter.support * widening
    stride = 2 * Int(support.rounded(.up)) + 1
    weights = [Level.Sum](repeating: 0, count: stride * newSize)
    var exact = [Double](repeating: 0, count: stride)
    let one = Double(Int64(1) << Int64(Level.fractionBits))
    for place in 0..<newSize {
      let centre = range.lowerBound + (Double(place) + 0.5) * scale
      let start = max(0, Int(centre - support + 0.5))
      let end = min(size, Int(centre + support + 0.5))
      var sum = 0.0
      for old in start..<end {
        exact[old - start] = filter.weight((Double(old) - centre + 0.5) / widening)
        sum += exact[old - start]
      }
      for index in 0..<end - start {
        let weight = (sum == 0 ? 0 : exact[index] / sum) * one
        weights[place * stride + index] = Level.Sum(weight.rounded(.toNearestOrAwayFromZero))
      }
      first.append(start)
      count.append(end - start)
    }
  }

  /// The old pixels that any new one is made of.
  var used: Range<Int> {
    first[0]..<zip(first, count).reduce(first[0]) { max($0, $1.0 + $1.1) }
  }
}
