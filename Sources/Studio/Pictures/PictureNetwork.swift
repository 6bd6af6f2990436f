import Charts
import Datasets
import Engine
import Explaining
import Networks
import Training

/// The layers of a model of pictures, for a page to lay out.
package struct PictureNetwork: Encodable, Sendable {
  package struct Parameter: Encodable, Sendable {
    package var name: String
    package var shape: [Int]
  }

  package struct Layer: Encodable, Sendable {
    /// `input`, `layer` or `answer`.
    package var kind: String
    package var name: String
    /// Settings that matter to a reader, such as `relu`.
    package var detail: String
    /// Of what it gives on of one example.
    package var shape: [Int]
    package var parameters: [Parameter]
  }

  package var layers: [Layer]
  /// The picture's size.
  package var height: Int
  package var width: Int
  package var channels: Int
  /// The level of an empty picture.
  package var background: UInt8
  /// For each input the pixel and channel that it is, row by row; nil where they are in the same order.
  package var pixels: [Int]?
  /// The classes, the labels or the names of the numbers that are answered.
  package var answers: [String]
  package var parameterCount: Int
  /// How messages call the data that it learned from.
  package var data: String

  private enum CodingKeys: String, CodingKey {
    case layers, height, width, channels, background, pixels, answers, data
    case parameterCount = "parameter_count"
  }

  /// - Throws: `Problem` where layers do not fit.
  package init(_ board: PictureBoard) throws {
    let (trained, images) = (board.trained, board.images)
    // A layer that holds others has the name of the first of these.
    let facts = Dictionary(
      try trained.model.layerFacts().compactMap { fact in
        fact.name.flatMap { $0.hasPrefix(fact.kind) ? ($0, fact.detail) : nil }
      }
    ) { first, _ in first }
    layers = board.pass.layers.map { layer in
      Layer(
        kind: layer.kind.rawValue, name: layer.name, detail: facts[layer.name] ?? "",
        shape: layer.steps.last?.shape ?? [],
        parameters: layer.parameters.map {
          Parameter(name: $0, shape: board.pass.weights($0)?.shape.extents ?? [])
        })
    }
    (height, width, channels) = (images.height, images.width, images.channels)
    background = board.background
    let places = images.inputs
    let inOrder = places.indices.allSatisfy { places[$0] == $0 }
    pixels = inOrder ? nil : places.indices.filter { places[$0] != nil }
    answers =
      trained.labels.isEmpty ? trained.preprocessing.targetNames : trained.labels
    (parameterCount, data) = (trained.model.parameterCount, trained.record.data)
  }
}
