import Codecs
import Datasets
import Engine
import Networks
import Serving

/// Photographs of clothes, brighter or blurred, beside a reference of others.
struct ImageSimulation {
  private typealias Measures = [[Double]]
  private let plain: Measures
  private let brighter: Measures
  private let blurred: Measures
  static let referenceImages = 1000

  /// - Parameter path: the training images of Fashion-MNIST, an IDX file.
  init(path: String) throws {
    let file = try IDX(
      AtomicFile.read(path, limit: 1 << 30), name: path, gunzip: Decoders.standard.gunzip)
    let preprocessing = Preprocessing(
      inputs: .byteImages(shape: [28, 28, 1], scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes(["a", "b"]))
    let statistics = ImageStatistics(preprocessing)!
    let images = (0..<20_000).map { image in
      (0..<784).map { Float(file.number(image * 784 + $0)) / 255 }
    }
    func measured(_ change: ([Float]) -> [Float]) -> Measures {
      images.map { image in
        let measures = statistics.measure(change(image))
        return [measures.brightness, measures.contrast, measures.sharpness]
      }
    }
    plain = measured { $0 }
    brighter = measured { $0.map { min(1, $0 * 1.2) } }
    blurred = measured(Self.blurred)
  }

  /// Each pixel becomes the mean of the nine around it.
  private static func blurred(_ image: [Float]) -> [Float] {
    (0..<784).map { place in
      let (row, column) = (place / 28, place % 28)
      let around = (max(0, row - 1)...min(27, row + 1)).flatMap { row in
        (max(0, column - 1)...min(27, column + 1)).map { image[row * 28 + $0] }
      }
      return around.reduce(0, +) / Float(around.count)
    }
  }

  /// The share of windows in which drift is found: quiet, brighter, blurred.
  func found(_ rows: Int, windows: Int) -> [Double] {
    var draws = SplitMix(seed: UInt64(rows))
    return [plain, brighter, blurred].map { now in
      (0..<windows).count { _ in
        let chosen = (0..<Self.referenceImages).map { _ in plain[Int(draws.next() % 20_000)] }
        let references = (0..<3).map { place in
          ReferenceColumn(
            ["brightness", "contrast", "sharpness"][place], .image,
            NumberSummary(chosen.map { $0[place] }), count: chosen.count)
        }
        var observed = references.map { ObservedColumn($0) }
        for _ in 0..<rows {
          let image = now[Int(draws.next() % 20_000)]
          for place in 0..<3 { observed[place].add(image[place], references[place]) }
        }
        return ColumnDrift.comparing(references, observed, rule: DriftRule())
          .contains { $0.verdict == .drift }
      }
    }.map { Double($0) / Double(windows) }
  }
}
