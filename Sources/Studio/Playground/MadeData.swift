import Engine
import Networks

/// Small data that are no plane, made by the seed: pictures for a convolution, series for a recurrence.
package enum MadeData: String, Sendable, NamedChoice {
  /// Pictures of 8 × 8 pixels with a line that lies, stands, rises or falls.
  case strokes
  /// Twelve numbers one after another that rise, fall, or have a bump or a dip on the way.
  case waves

  /// Along a side of a picture.
  static let side = 8
  /// Numbers of a series.
  static let steps = 12

  /// The classes, in the order in which they take turns.
  package var labels: [String] {
    switch self {
    case .strokes: ["lying", "standing", "rising", "falling"]
    case .waves: ["rising", "falling", "bump", "dip"]
    }
  }

  /// The column that is learned.
  var target: String {
    switch self {
    case .strokes: "stroke"
    case .waves: "wave"
    }
  }

  /// The columns of an example's numbers.
  var columns: [String] {
    switch self {
    case .strokes: (0..<Self.side).flatMap { row in (0..<Self.side).map { "p\(row)\($0)" } }
    case .waves: (1...Self.steps).map { "step_\($0)" }
    }
  }

  /// A network small enough to be seen whole.
  var layers: [any StoredLayer] {
    switch self {
    case .strokes:
      [
        Reshaping(to: [Self.side, Self.side, 1]), Conv2D(4, kernelSize: 3, activation: .relu),
        MaxPool2D(poolSize: 2), Flatten(), Dense(labels.count),
      ]
    case .waves: [LSTM(6), Dense(labels.count)]
    }
  }

  /// Its examples as the text of a CSV file: the same for the same seed.
  ///
  /// - Parameter noise: from 0 to 1: how far numbers are moved.
  func csv(count: Int, noise: Double, seed: UInt64) -> [UInt8] {
    var generator = RandomGenerator(seed: seed, for: .plane)
    var text = columns.joined(separator: ",") + ",\(target)\n"
    for number in 0..<count {
      let label = number % labels.count
      let values = self == .strokes ? stroke(label, &generator) : wave(label, &generator)
      for value in values {
        // A little always, so that no column is the same in all rows.
        let moved = value + (0.02 + 0.5 * noise) * generator.normal()
        text += "\((moved * 1000).rounded() / 1000),"
      }
      text += labels[label] + "\n"
    }
    return Array(text.utf8)
  }

  /// A line of four to six pixels anywhere in the picture.
  private func stroke(_ label: Int, _ generator: inout RandomGenerator) -> [Double] {
    let (across, down) = [(1, 0), (0, 1), (1, -1), (1, 1)][label]
    let length = 4 + generator.below(3)
    func start(_ direction: Int) -> Int {
      let place = generator.below(Self.side - (direction == 0 ? 0 : length - 1))
      return direction < 0 ? Self.side - 1 - place : place
    }
    let (left, top) = (start(across), start(down))
    var pixels = [Double](repeating: 0, count: Self.side * Self.side)
    for place in 0..<length {
      pixels[(top + place * down) * Self.side + left + place * across] = 1
    }
    return pixels
  }

  private func wave(_ label: Int, _ generator: inout RandomGenerator) -> [Double] {
    let height = 0.7 + 0.6 * generator.uniform()
    let middle = 3 + 5 * generator.uniform()
    return (0..<Self.steps).map { step in
      let share = Double(step) / Double(Self.steps - 1)
      let far = Double(step) - middle
      let bump = Double.exp(-far * far / 4)
      return switch label {
      case 0: height * (share - 0.5)
      case 1: height * (0.5 - share)
      case 2: height * (bump - 0.3)
      default: height * (0.3 - bump)
      }
    }
  }
}
