import Engine
import Formatting
import Training

/// How far a classifier's probabilities can be taken at their word: of the answers given with about
/// 80 %, are 80 % right? Below it, how many answers were given with each probability.
///
/// M. H. DeGroot, S. E. Fienberg, *The comparison and evaluation of forecasters*, The Statistician 32
/// (1983).
public struct ReliabilityDiagram: Sendable {
  /// The examples whose probability lies between two ends.
  public struct Bin: Sendable, Equatable, Codable {
    public var low: Double
    public var high: Double
    public var count: Int
    /// Mean probability of the bin's examples.
    public var confidence: Double
    /// The share that is right (of two classes: that is of class 1).
    public var share: Double
    /// Ends of the share's 95 % interval; the share itself where there is none.
    public var shareLow: Double
    public var shareHigh: Double

    enum CodingKeys: String, CodingKey {
      case low, high, count, confidence, share
      case shareLow = "share_low"
      case shareHigh = "share_high"
    }
  }

  /// Bins with at least one example, from low to high.
  public let bins: [Bin]
  /// Expected calibration error: the mean distance between probability and share, each bin counting
  /// by its examples. Guo, Pleiss, Sun, Weinberger, *On calibration of modern neural networks* (2017).
  public let error: Double
  /// What the horizontal axis counts.
  public let xTitle: String
  /// What the vertical axis counts.
  public let yTitle: String

  /// - Parameters:
  ///   - probabilities: what was promised for each example, from 0 to 1.
  ///   - outcomes: whether it came true.
  ///   - binCount: equally wide bins.
  public init(
    probabilities: [Double], outcomes: [Bool], binCount: Int = 10,
    xTitle: String = "probability of the answer", yTitle: String = "share that is right"
  ) {
    precondition(probabilities.count == outcomes.count && binCount > 0)
    self.xTitle = xTitle
    self.yTitle = yTitle
    let examples = zip(probabilities, outcomes).filter { (0...1).contains($0.0) }
    bins = (0..<binCount).compactMap { place in
      let members = examples.filter {
        min(binCount - 1, Int($0.0 * Double(binCount))) == place
      }
      guard !members.isEmpty else { return nil }
      let score = Score(hits: members.count { $0.1 }, of: members.count)
      return Bin(
        low: Double(place) / Double(binCount), high: Double(place + 1) / Double(binCount),
        count: members.count,
        confidence: members.reduce(0) { $0 + $1.0 } / Double(members.count),
        share: score.value ?? 0, shareLow: score.low ?? score.value ?? 0,
        shareHigh: score.high ?? score.value ?? 1)
    }
    error = Self.error(bins)
  }

  /// From bins that were counted before.
  public init(bins: [Bin], xTitle: String, yTitle: String) {
    self.bins = bins
    self.xTitle = xTitle
    self.yTitle = yTitle
    error = Self.error(bins)
  }

  private static func error(_ bins: [Bin]) -> Double {
    let count = bins.reduce(0) { $0 + $1.count }
    guard count > 0 else { return 0 }
    return bins.reduce(0) { $0 + Double($1.count) * ($1.share - $1.confidence).magnitude }
      / Double(count)
  }

  private static let countHeight = 46.0

  var frame: PlotFrame {
    PlotFrame(x: Scale([0, 1]), y: Scale([0, 1]), plotHeight: 190)
  }

  /// The drawing.
  public var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(title: "Calibration", xTitle: "", yTitle: yTitle, in: &markup)
    markup.line(frame.place((0, 0)), frame.place((1, 1)), "guide")
    markup.label(
      "as promised", x: frame.place((0.22, 0)).x, y: frame.place((0, 0.1)).y, "soft small")
    for bin in bins { draw(bin, frame, in: &markup) }
    drawCounts(frame, in: &markup)
    return Figure(
      title: "Calibration", description: description,
      height: frame.bottom + Self.countHeight + 58, content: markup)
  }

  private func draw(_ bin: Bin, _ frame: PlotFrame, in markup: inout Markup) {
    let low = frame.place((bin.confidence, bin.shareLow))
    let high = frame.place((bin.confidence, bin.shareHigh))
    markup.line(low, high, "curve line0")
    let place = frame.place((bin.confidence, bin.share))
    markup.add("circle", ["cx": place.x, "cy": place.y, "r": 4, "class": "fill0"])
  }

  private func drawCounts(_ frame: PlotFrame, in markup: inout Markup) {
    let bottom = frame.bottom + 30 + Self.countHeight
    let most = Double(bins.map(\.count).max() ?? 1)
    for bin in bins {
      let left = frame.place((bin.low, 0)).x
      let right = frame.place((bin.high, 0)).x
      let height = max(1, Double(bin.count) / most * (Self.countHeight - 12))
      markup.add(
        "rect",
        [
          "x": left + 1, "y": bottom - height, "width": right - left - 2, "height": height,
          "class": "fill5",
        ])
      markup.label(
        "\(bin.count)", x: (left + right) / 2, y: bottom - height - 3, "soft small",
        anchor: "middle")
    }
    markup.line((frame.left, bottom), (frame.right, bottom), "axis")
    markup.label(
      "\(xTitle); bars: how many examples", x: (frame.left + frame.right) / 2, y: bottom + 17,
      "soft", anchor: "middle")
  }

  private var description: String {
    "\(yTitle) over \(xTitle), in bins. "
      + bins.map {
        "Around \($0.confidence.brief): \($0.share.brief), from \($0.count) examples."
      }.joined(separator: " ") + " Mean distance (expected calibration error) \(error.brief)."
  }
}
