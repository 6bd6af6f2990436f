import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// A rectangle of numbers, each as one of 256 levels between the lowest and the highest.
package struct Picture: Encodable, Sendable {
  /// Cells of a row.
  package var width: Int
  /// Rows.
  package var height: Int
  package var low: Float
  package var high: Float
  /// The top row first, each row from left to right: 0 is the lowest, 255 the highest. In JSON as base64.
  package var levels: [UInt8]

  private enum CodingKeys: String, CodingKey {
    case width, height, low, high, levels
  }

  /// - Parameters:
  ///   - values: the numbers, of which every `stride`th is taken from `first` on.
  ///   - range: what levels lie between; that of the numbers if not given.
  init(
    _ values: UnsafeBufferPointer<Float>, first: Int = 0, stride: Int = 1, width: Int,
    height: Int, range: ClosedRange<Float>? = nil
  ) {
    (self.width, self.height) = (width, height)
    let cells = width * height
    let range = range ?? Self.range(of: (0..<cells).lazy.map { values[first + $0 * stride] })
    let (low, high) = (range.lowerBound, range.upperBound)
    let scale = high > low ? 255 / (high - low) : 0
    levels = [UInt8](unsafeUninitializedCapacity: cells) { levels, count in
      for cell in 0..<cells {
        let level = (values[first + cell * stride] - low) * scale + 0.5
        // Written so that not-a-number is 0.
        levels[cell] = level > 0 ? UInt8(min(level, 255)) : 0
      }
      count = cells
    }
    (self.low, self.high) = (low, high)
  }

  /// The lowest and the highest of some numbers; those that are none are left out.
  static func range(of values: some Sequence<Float>) -> ClosedRange<Float> {
    var (low, high) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      if value < low { low = value }
      if value > high { high = value }
    }
    return low <= high ? low...high : 0...0
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(width, forKey: .width)
    try fields.encode(height, forKey: .height)
    try fields.encode(low, forKey: .low)
    try fields.encode(high, forKey: .high)
    try fields.encode(Base64.text(levels), forKey: .levels)
  }
}

/// What a unit hands on at every place of the plane.
package struct UnitPicture: Encodable, Sendable {
  /// The place of its layer in the network, counted from 0.
  package var layer: Int
  /// Its place in the layer, counted from 0.
  package var unit: Int
  package var picture: Picture
}

/// What the network answers at every place of the plane.
package struct SurfacePicture: Encodable, Sendable {
  /// What its numbers are.
  package enum Kind: String, Encodable, Sendable {
    /// The probability of the second of two classes, or of the first label.
    case probability
    /// The place of the likeliest class, and its probability.
    case classes
    /// The number that is answered, in the unit of the data.
    case number
  }

  package var kind: Kind
  package var picture: Picture
  /// The place of the likeliest class at each cell, in JSON as base64; nil where there are none.
  package var classes: [UInt8]?

  private enum CodingKeys: String, CodingKey {
    case kind, picture, classes
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(kind, forKey: .kind)
    try fields.encode(picture, forKey: .picture)
    try fields.encodeIfPresent(classes.map(Base64.text), forKey: .classes)
  }

  init(_ answers: UnsafeBufferPointer<Float>, side: Int, _ experiment: Experiment) {
    let cells = side * side
    let width = answers.count / cells
    let preprocessing = experiment.data.preprocessing
    switch experiment.task {
    case .regression:
      let middle = experiment.plan.loss.points(Array(answers), width: width)
      let each = middle.count / cells
      let values = (0..<cells).map { Float(preprocessing.decodeValue(middle[$0 * each])) }
      kind = .number
      picture = values.withUnsafeBufferPointer { Picture($0, width: side, height: side) }
    case .binary, .multilabel:
      kind = .probability
      picture = Picture(
        answers, first: experiment.task == .binary ? width - 1 : 0, stride: width,
        width: side, height: side, range: 0...1)
    case .multiclass, .ordered:
      kind = .classes
      var best = [UInt8](repeating: 0, count: cells)
      let shares = (0..<cells).map { cell -> Float in
        let own = answers[cell * width..<(cell + 1) * width]
        let place = own.indices.max { own[$0] < own[$1] } ?? own.startIndex
        best[cell] = UInt8(min(255, place - own.startIndex))
        return own[place]
      }
      classes = best
      picture = shares.withUnsafeBufferPointer {
        Picture($0, width: side, height: side, range: 0...1)
      }
    }
  }
}

/// A network asked at every cell of a square over the plane, as often as one likes.
final class PlaneProgram {
  let side: Int
  private let program: LayerProgram
  private let layers: [(place: Int, units: Int)]

  /// - Parameter layers: those whose units are drawn.
  init(
    _ cycle: CompiledCycle, _ axes: Axes, side: Int, layers: [(place: Int, units: Int)] = []
  ) throws {
    self.side = side
    self.layers = layers
    program = try LayerProgram(cycle, batch: side * side, layers: layers.map(\.place))
    try program.feed(axes.inputs(side: side))
  }

  func units() throws -> [UnitPicture] {
    program.run()
    return try layers.flatMap { layer, units in
      try program.values(ofLayer: layer).withUnsafeBufferPointer { values in
        (0..<units).map { unit in
          UnitPicture(
            layer: layer, unit: unit,
            picture: Picture(
              values, first: unit, stride: units, width: side, height: side))
        }
      }
    }
  }

  func surface(_ experiment: Experiment) -> SurfacePicture {
    program.run()
    return SurfacePicture(program.predictions, side: side, experiment)
  }
}
