import Engine
import Formatting

/// Mean and standard deviation of some numbers.
public struct Spread: Codable, Sendable, Hashable {
  public var mean: Double
  public var deviation: Double

  init(_ values: some Collection<Float>) {
    let count = Double(max(1, values.count))
    let mean = values.reduce(0.0) { $0 + Double($1) } / count
    let square = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    (self.mean, deviation) = (mean, square.squareRoot())
  }

  /// √(mean²), the size of the numbers.
  var rootMeanSquare: Double { (mean * mean + deviation * deviation).squareRoot() }
}

/// What one layer does with some examples.
public struct LayerStatistics: Codable, Sendable, Hashable {
  public var name: String
  /// Its activation function; `recurrent scan` for a recurrent layer, `linear` for none.
  public var function: String
  public var units: Int
  /// Is it the last learning layer?
  public var isLast: Bool
  /// Of the weighted sums.
  public var sums: Spread
  /// Of what the layer hands on.
  public var activations: Spread
  /// The share of units that are exactly 0 for all examples.
  public var deadShare: Double
  /// The share of values of a sigmoid or tanh where its slope is below a hundredth of the largest.
  public var saturatedShare: Double
  /// Deviation of the kernel's numbers · √inputs: 1 keeps a signal its size.
  public var gain: Double
  /// Do all units have the same incoming weights?
  public var hasEqualUnits: Bool
  /// √Σw² of the kernel.
  public var kernelNorm: Double
  /// √Σ(∂L/∂w)² of the kernel.
  public var gradientNorm: Double
  /// √Σ(∂L/∂z)² over the weighted sums z: what is left of the gradient at this depth.
  public var sumGradientNorm: Double

  enum CodingKeys: String, CodingKey {
    case name, function, units, sums, activations, gain
    case isLast = "is_last"
    case deadShare = "dead_share"
    case saturatedShare = "saturated_share"
    case hasEqualUnits = "has_equal_units"
    case kernelNorm = "kernel_norm"
    case gradientNorm = "gradient_norm"
    case sumGradientNorm = "sum_gradient_norm"
  }

  /// Where the slope of a sigmoid or tanh is a hundredth of its largest value.
  private static func isSaturated(_ value: Float, _ function: any Op) -> Bool? {
    switch function {
    case is Ops.Sigmoid: 4 * value * (1 - value) < 0.01
    case is Ops.Tanh: 1 - value * value < 0.01
    default: nil
    }
  }

  init(
    _ layer: AnnotatedLayer, isLast: Bool, kernel: Tensor, sums: [Float], activations: [Float],
    kernelGradient: [Float], sumGradient: [Float]
  ) {
    name = layer.name
    function = layer.function.map { type(of: $0).name } ?? "linear"
    units = layer.units
    self.isLast = isLast
    self.sums = Spread(sums)
    self.activations = Spread(activations)
    deadShare = Self.deadShare(activations, units: units)
    let saturated = layer.function.map { function in
      activations.count { Self.isSaturated($0, function) == true }
    }
    saturatedShare = Double(saturated ?? 0) / Double(max(1, activations.count))
    let inputs = Double(kernel.shape.count) / Double(units * layer.members)
    gain = Spread(kernel.values).deviation * inputs.squareRoot()
    hasEqualUnits = Self.hasEqualUnits(kernel.values, units: units)
    kernelNorm = Self.norm(kernel.values)
    gradientNorm = Self.norm(kernelGradient)
    sumGradientNorm = Self.norm(sumGradient)
  }

  /// What is said of the sums where they are what is wrong.
  var sumsInWords: String {
    "its weighted sums have mean \(sums.mean.shortText) and deviation \(sums.deviation.shortText)"
  }

  static func norm(_ values: some Collection<Float>) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private static func deadShare(_ activations: [Float], units: Int) -> Double {
    var isAlive = [Bool](repeating: false, count: units)
    for (place, value) in activations.enumerated() where value != 0 {
      isAlive[place % units] = true
    }
    return Double(isAlive.count { !$0 }) / Double(units)
  }

  private static func hasEqualUnits(_ kernel: [Float], units: Int) -> Bool {
    units > 1 && kernel.indices.allSatisfy { kernel[$0] == kernel[$0 - $0 % units] }
  }
}
