public import Engine
import Formatting

/// How the numbers of each tensor are spread, one small histogram for each.
public struct WeightHistograms: Sendable {
  /// The counts of one tensor.
  public struct Histogram: Sendable, Equatable {
    public let name: String
    public let low: Double
    public let high: Double
    /// Numbers in each of the equally wide bins; the last holds its upper end too.
    public let counts: [Int]
    public let mean: Double
    /// Root of the mean squared distance from the mean.
    public let deviation: Double
    /// Numbers that are infinite or not numbers; they are in no bin.
    public let notFinite: Int

    /// Counts numbers.
    public init(name: String, values: [Float], bins: Int = 25) {
      self.name = name
      let finite = values.filter(\.isFinite).map(Double.init)
      notFinite = values.count - finite.count
      let (least, greatest) = (finite.min() ?? 0, finite.max() ?? 0)
      // A tensor of equal numbers, such as first biases, gets a bin around them.
      let margin = least == greatest ? max(0.5, least.magnitude / 2) : 0
      let (low, high) = (least - margin, greatest + margin)
      self.low = low
      self.high = high
      var counts = [Int](repeating: 0, count: bins)
      for value in finite {
        counts[min(bins - 1, Int((value - low) / (high - low) * Double(bins)))] += 1
      }
      self.counts = counts
      let mean = finite.isEmpty ? 0 : finite.reduce(0, +) / Double(finite.count)
      self.mean = mean
      deviation =
        finite.isEmpty
        ? 0
        : (finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(finite.count)).squareRoot()
    }
  }

  public let histograms: [Histogram]
  /// Tensors that are not shown.
  public let leftOut: Int

  /// - Parameter limit: the most tensors; the first and the last ones are shown.
  public init(_ tensors: [(name: String, tensor: Tensor)], limit: Int = 12) {
    let shown =
      tensors.count <= limit
      ? tensors : Array(tensors.prefix(limit / 2) + tensors.suffix(limit - limit / 2))
    histograms = shown.map { Histogram(name: $0.name, values: $0.tensor.values) }
    leftOut = tensors.count - shown.count
  }

  static let columnWidth = 168.0
  static let plotHeight = 56.0

  /// The drawing.
  public var figure: Figure {
    let title = "Weights by tensor" + (leftOut > 0 ? " (\(leftOut) left out)" : "")
    var markup = Markup()
    markup.label(title, x: 8, y: 17, "strong")
    for (place, histogram) in histograms.enumerated() {
      let x = 8 + Double(place % 2) * (Self.columnWidth + 8)
      let y = 38 + Double(place / 2) * (Self.plotHeight + 50)
      draw(histogram, x, y, in: &markup)
    }
    let rows = Double((histograms.count + 1) / 2)
    return Figure(
      title: title, description: description, height: 24 + rows * (Self.plotHeight + 50),
      content: markup)
  }

  private func draw(_ histogram: Histogram, _ x: Double, _ y: Double, in markup: inout Markup) {
    let bottom = y + 8 + Self.plotHeight
    let width = Self.columnWidth / Double(histogram.counts.count)
    let most = Double(max(1, histogram.counts.max() ?? 1))
    markup.label(histogram.name.shortened(to: 26), x: x, y: y)
    for (place, count) in histogram.counts.enumerated() where count > 0 {
      // A bin with a single number shall be seen.
      let height = max(1, Double(count) / most * Self.plotHeight)
      markup.add(
        "rect",
        [
          "x": x + Double(place) * width, "y": bottom - height, "width": width - 0.8,
          "height": height, "class": "fill0",
        ])
    }
    markup.line((x, bottom), (x + Self.columnWidth, bottom), "axis")
    if histogram.low < 0, histogram.high > 0 {
      let zero = x - histogram.low / (histogram.high - histogram.low) * Self.columnWidth
      markup.line((zero, y + 6), (zero, bottom), "guide")
    }
    markup.label(histogram.low.brief, x: x, y: bottom + 12, "soft small")
    markup.label(
      histogram.high.brief, x: x + Self.columnWidth, y: bottom + 12, "soft small", anchor: "end")
    markup.label(
      "mean \(histogram.mean.rough), deviation \(histogram.deviation.rough)"
        + (histogram.notFinite > 0 ? ", \(histogram.notFinite) not finite" : ""),
      x: x, y: bottom + 24, "soft small")
  }

  private var description: String {
    histograms.map {
      "\($0.name): from \($0.low.brief) to \($0.high.brief), mean \($0.mean.brief), deviation "
        + "\($0.deviation.brief)."
    }.joined(separator: " ")
  }
}
