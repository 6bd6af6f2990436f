import Charts
import Engine
import Explaining
import Formatting
import Networks
package import Training

/// How much of a network is wanted to be seen.
package struct PictureWishes: Codable, Sendable {
  /// Maps of a layer, by its place, where it is another number than usual.
  package var maps: [String: Int]?

  package init() {}

  static let usualMaps = 16
  static let mostMaps = 1024

  /// - Throws: `Problem` for a number out of range.
  func maps(of layer: Int) throws -> Int {
    guard let wanted = maps?["\(layer)"] else { return Self.usualMaps }
    guard (1...Self.mostMaps).contains(wanted) else {
      throw Problem.data("maps", expected: "1 to \(Self.mostMaps)", found: "\(wanted)")
    }
    return wanted
  }
}

/// What a network makes of a picture, for a page to draw: every number is the engine's own.
package struct PictureFrame: Encodable, Sendable {
  /// What a layer gives on. All its pictures lie between the same two numbers, so that they can be compared.
  package struct Layer: Encodable, Sendable {
    package var maps: [Picture]
    /// The lowest and the highest number of all its maps, those included that are not shown.
    package var low: Float
    package var high: Float
    /// Maps that are not shown.
    package var leftOut: Int

    private enum CodingKeys: String, CodingKey {
      case maps, low, high
      case leftOut = "left_out"
    }
  }

  /// Counts pictures and changed weights.
  package var turn: Int
  /// What the picture is called; nil for one that was drawn.
  package var title: String?
  /// What is true of it; nil where nobody said.
  package var truth: String?
  /// One for each pixel and channel, from 0 for black to 255. In JSON as base64.
  package var levels: [UInt8]
  package var prediction: Prediction
  /// The probability of each class or label, in their order; nil for numbers.
  package var probabilities: [Float]?
  /// The input first, a channel each; none for the answer, which is in the probabilities.
  package var layers: [Layer]
  /// The weights that are not as they were trained.
  package var edits: [PictureBoard.Edit]

  private enum CodingKeys: String, CodingKey {
    case turn, title, truth, levels, prediction, probabilities, layers, edits
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(turn, forKey: .turn)
    try fields.encodeIfPresent(title, forKey: .title)
    try fields.encodeIfPresent(truth, forKey: .truth)
    try fields.encode(Base64.text(levels), forKey: .levels)
    try fields.encode(prediction, forKey: .prediction)
    try fields.encodeIfPresent(probabilities, forKey: .probabilities)
    try fields.encode(layers, forKey: .layers)
    try fields.encode(edits, forKey: .edits)
  }
}

extension PictureBoard {
  /// What there is to see now.
  /// - Throws: `Problem` for wishes out of range.
  package func frame(_ wishes: PictureWishes = PictureWishes()) throws -> PictureFrame {
    let prediction = try prediction
    return PictureFrame(
      turn: turn, title: title, truth: truth, levels: images.levels(of: input.floats),
      prediction: prediction, probabilities: prediction.probabilities?.values,
      layers: try pass.layers.indices.map { try layer($0, most: wishes.maps(of: $0)) },
      edits: edits)
  }

  private func layer(_ place: Int, most: Int) throws -> PictureFrame.Layer {
    let layer = pass.layers[place]
    guard layer.kind != .answer else {
      return PictureFrame.Layer(maps: [], low: 0, high: 0, leftOut: 0)
    }
    let values = try pass.values(ofLayer: place)
    guard layer.kind == .input else {
      return PictureFrame.Layer(values, Self.size(layer.steps.last?.shape ?? []), most: most)
    }
    return PictureFrame.Layer(
      images.numbers(of: values), (images.height, images.width, images.channels), most: most)
  }

  /// How numbers of a shape are drawn: images as a map for each channel, others as one picture.
  static func size(_ shape: [Int]) -> (height: Int, width: Int, maps: Int) {
    switch shape.count {
    case 3: (shape[0], shape[1], shape[2])
    case 2: (shape[0], shape[1], 1)
    default: (1, shape.reduce(1, *), 1)
    }
  }
}

extension PictureFrame.Layer {
  /// - Parameters:
  ///   - values: of one example, the number of each map at a place beside one another.
  ///   - most: maps that are shown.
  init(_ values: [Float], _ size: (height: Int, width: Int, maps: Int), most: Int) {
    let range = Picture.range(of: values)
    let shown = min(size.maps, most)
    let maps = values.withUnsafeBufferPointer { values in
      (0..<shown).map {
        Picture(
          values, first: $0, stride: size.maps, width: size.width, height: size.height,
          range: range)
      }
    }
    self.init(
      maps: maps, low: range.lowerBound, high: range.upperBound, leftOut: size.maps - shown)
  }
}

extension InputImages {
  /// The numbers of an example, one for each pixel and channel; 0 for a column that is left out.
  func numbers(of input: [Float]) -> [Float] {
    inputs.map { place in place.map { input[$0] } ?? 0 }
  }
}
