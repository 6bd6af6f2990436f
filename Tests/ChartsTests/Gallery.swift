import Engine
import Networks
import TestSupport
import Testing

@testable import Charts

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Figures of things a report does not show, for looking at: `GLASSBOX_FIGURES=folder swift test
/// --filter Gallery` writes them as files.
@Suite struct Gallery {
  static func figures() throws -> [(name: String, figure: Figure)] {
    try [
      ("landscape", landscape), ("features", features()), ("many-classes", manyClasses),
      ("deep", deep()), ("many-curves", manyCurves),
    ]
  }

  @Test func everyFigureIsWellFormed() throws {
    for (name, figure) in try Self.figures() {
      _ = try StrictXML(figure.file)
      if let folder = ProcessInfo.processInfo.environment["GLASSBOX_FIGURES"] {
        try AtomicFile.write(Array(figure.file.utf8), to: "\(folder)/\(name).svg")
      }
    }
  }

  /// A long valley and the path of plain gradient descent through it.
  private static var landscape: Figure {
    var (x, y) = (-2.6, 1.6)
    var path = [(x, y)]
    for _ in 0..<40 {
      let slope = (0.6 * x, 7 * (y - 0.2 * x * x))
      (x, y) = (x - 0.12 * (slope.0 - 0.4 * x * slope.1), y - 0.12 * slope.1)
      path.append((x, y))
    }
    return LossLandscape(
      xTitle: "weight 1", yTitle: "weight 2", x: -3...3, y: -1.5...3, path: path
    ) { 0.3 * $0 * $0 + 3.5 * ($1 - 0.2 * $0 * $0) * ($1 - 0.2 * $0 * $0) }.figure
  }

  private static func features() throws -> Figure {
    let values = (0..<14 * 14 * 8).map { index -> Float in
      let (row, column, channel) = (index / 8 / 14, index / 8 % 14, index % 8)
      return Float((row * channel + column * (8 - channel)) % 13)
    }
    let grid = try ImageGrid(
      featureMaps: Tensor([14, 14, 8], values), layer: "convolution_1")
    return try #require(grid).figure
  }

  private static var manyClasses: Figure {
    let count = 26
    let labels = (0..<count).map { "letter \(Character(UnicodeScalar(UInt8(97 + $0))))" }
    return ConfusionMatrix(
      labels: labels,
      counts: (0..<count).map { row in
        (0..<count).map { $0 == row ? 90 : (row * 7 + $0 * 3) % 29 == 0 ? 4 : 0 }
      }
    ).figure
  }

  private static func deep() throws -> Figure {
    let network = Sequential {
      Flatten()
      Dense(128, activation: .relu)
      Dropout(0.2)
      Dense(12, activation: .gelu)
      Dense(8, activation: .tanh)
      Activation(.relu)
      Dense(1)
    }
    let model = try Model(network, inputShape: [28, 28, 3], loss: .meanSquaredError)
    return try NetworkDiagram(model, inputName: "image", outputName: "price").figure
  }

  private static var manyCurves: Figure {
    let series = (0..<6).map { look -> LineChart.Series in
      let values = (0..<40).map { epoch -> Double in Double(look + 1) / Double(epoch + 1 + look * 4)
      }
      return LineChart.Series("convolution_\(look)", values: values)
    }
    return LineChart(
      title: "Six series", series: series, xTitle: "epoch", yTitle: "norm", yKind: .logarithmic,
      mark: (2, "best epoch 2")
    ).figure
  }
}
