import Charts
package import Datasets
import Engine
import Formatting
import Networks
import Training

/// A row of data that are no plane, and what the network makes of it: every number is the engine's own.
package struct PlaygroundExample: Encodable, Sendable {
  /// Counted from 1.
  package var row: Int
  /// `train`, `validation` or `test`.
  package var part: String
  /// What is true of it, as people write it.
  package var truth: String
  /// The picture: a level for each pixel and channel, from 0 for black to 255, in JSON as base64; nil for
  /// what is none.
  package var levels: [UInt8]?
  /// The cells of a row of few columns, by the names of these; nil for others.
  package var cells: [String: CellValue]?
  /// How many steps it has before padding begins; nil for what is no sequence.
  package var steps: Int?
  /// What the network is given, and what each drawn layer hands on.
  package var layers: [Drawn]
  /// The probability of each class or label, or the numbers that are answered, in the unit of the data; nil
  /// where each step has an answer.
  package var answers: [Double]?

  private enum CodingKeys: String, CodingKey {
    case row, part, truth, levels, cells, steps, layers, answers
  }

  /// A layer as it is drawn.
  package struct Drawn: Encodable, Sendable {
    /// The place of the layer in the network, counted from 0; nil for the input.
    package var layer: Int?
    package var content: PictureFrame.Layer

    private enum CodingKeys: CodingKey { case layer }

    package func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encodeIfPresent(layer, forKey: .layer)
      try content.encode(to: encoder)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(row, forKey: .row)
    try fields.encode(part, forKey: .part)
    try fields.encode(truth, forKey: .truth)
    try fields.encodeIfPresent(levels.map(Base64.text), forKey: .levels)
    try fields.encodeIfPresent(cells, forKey: .cells)
    try fields.encodeIfPresent(steps, forKey: .steps)
    try fields.encode(layers, forKey: .layers)
    try fields.encodeIfPresent(answers, forKey: .answers)
  }

  /// How the numbers of one example are drawn: a map for each channel of a picture, a strip over the steps
  /// for each unit of a sequence, a cell for each unit of others.
  static func size(_ shape: [Int]) -> (height: Int, width: Int, maps: Int) {
    switch shape.count {
    case 3: (shape[0], shape[1], shape[2])
    case 2: (1, shape[0], shape[1])
    default: (1, 1, shape.reduce(1, *))
    }
  }
}

extension Playground {
  /// What the network makes of a row.
  /// - Throws: `Problem` for a row that there is not.
  func example(_ number: Int) throws -> PlaygroundExample {
    let (part, example, _) = try source.example(number)
    let view = try exampleView()
    try view.program.feed(example.input)
    view.program.run()
    let input = try inputShape
    var layers = [
      PlaygroundExample.Drawn(
        layer: nil,
        content: PictureFrame.Layer(
          source.images.map { $0.numbers(of: example.input) } ?? example.input,
          PlaygroundExample.size(input), most: Self.maps(of: input)))
    ]
    for (place, units, shape) in view.layers {
      let states = try view.program.states(ofLayer: place)?.prefix(shape.reduce(1, *))
      layers.append(
        .init(
          layer: place,
          content: PictureFrame.Layer(
            try states.map(Array.init) ?? view.program.values(ofLayer: place),
            PlaygroundExample.size(shape), most: units)))
    }
    return PlaygroundExample(
      row: number, part: part.rawValue,
      truth: data.preprocessing.words(ofTarget: example.target),
      levels: source.images?.levels(of: example.input), cells: try cells(number),
      steps: steps(of: example.input), layers: layers,
      answers: answers(Array(view.program.predictions)))
  }

  /// Of one example, as it is drawn.
  var inputShape: [Int] {
    get throws {
      source.images.map { [$0.height, $0.width, $0.channels] }
        ?? data.preprocessing.inputShape.extents
    }
  }

  private func steps(of input: [Float]) -> Int? {
    guard let sequence = data.preprocessing.sequence else { return nil }
    let padding = sequence.tokens == nil ? sequence.padding : 0
    let steps = data.preprocessing.inputShape[0]
    guard let last = input.lastIndex(where: { $0 != padding }) else { return steps }
    return last / (input.count / steps) + 1
  }

  private func answers(_ predictions: [Float]) -> [Double]? {
    let preprocessing = data.preprocessing
    guard preprocessing.stepLabels == nil else { return nil }
    guard experiment.task == .regression else {
      let shares = predictions.map(Double.init)
      // One output is the probability of the second class.
      return experiment.task == .binary && shares.count == 1 ? [1 - shares[0], shares[0]] : shares
    }
    let middle = experiment.plan.loss.points(predictions, width: predictions.count)
    return middle.indices.map { preprocessing.decodeValue(middle[$0], at: $0) }
  }

  private func exampleView() throws -> ExampleView {
    if let known = views?.example { return known }
    let layers = try drawnLayers.map { ($0.place, $0.units, try drawnShape(ofLayer: $0.place)) }
    let view = ExampleView(
      program: try LayerProgram(training.cycle, batch: 1, layers: layers.map(\.0)), layers: layers)
    views = views ?? Views()
    views?.example = view
    return view
  }
}

/// A network asked about one example at a time.
struct ExampleView {
  let program: LayerProgram
  /// Those that are drawn, with what is drawn of them.
  let layers: [(place: Int, units: Int, shape: [Int])]
}

extension Preprocessing {
  /// What is true of an example, as people write it.
  func words(ofTarget target: some RandomAccessCollection<Float>) -> String {
    let target = Array(target)
    switch self.target {
    case .classes, .ordered:
      return target.map { decodeClass(Int($0)) }.joined(separator: ", ")
    case .labels(let labels, _):
      return zip(labels, target).filter { $0.1 > 0.5 }.map(\.0).joined(separator: ", ")
    case .numbers:
      return target.indices.map { "\(decodeValue(target[$0], at: $0).brief)" }
        .joined(separator: ", ")
    }
  }
}
