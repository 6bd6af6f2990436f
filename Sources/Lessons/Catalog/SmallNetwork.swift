import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// A network small enough to look at every number: evaluated one example at a time, in Double, by the
/// definitions of the engine's ops.
struct SmallNetwork {
  let layers: [any Layer]
  let inputs: Int
  let loss: any Loss
  /// By name, `layer/kernel`.
  var weights: [String: [Double]]

  /// The numbers of one learning cycle.
  struct Cycle {
    var output: [Double]
    var loss: Double
    var gradients: [String: [Double]]
  }

  /// What each layer makes of an input, in order.
  func values(_ input: [Double]) throws -> [[Double]] {
    let graph = Graph()
    var node = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [1, inputs]))
    let nodes = try layers.map { layer in
      node = try layer(node)
      return node
    }
    return try graph.evaluate(nodes, feeding: feeds(input))
  }

  /// Forward and backward for one example.
  func cycle(_ input: [Double], target: [Double]) throws -> Cycle {
    let cycle = try LearningCycle(
      Sequential(layers), inputShape: TensorShape(checking: [inputs]), batch: 1, loss: loss,
      optimizer: .sgd())
    var feeds = feeds(input)
    feeds[LearningCycle.targetName] = target
    feeds[Optimizer.rateInput] = [0]
    let values = try cycle.graph.evaluate(
      [cycle.output, cycle.loss] + cycle.gradients, feeding: feeds)
    let names = cycle.parameters.compactMap(\.variableName)
    return Cycle(
      output: values[0], loss: values[1][0],
      gradients: Dictionary(uniqueKeysWithValues: zip(names, values.dropFirst(2))))
  }

  /// The same network after one step of gradient descent, by the optimiser's own rule.
  func stepped(_ cycle: Cycle, rate: Double) -> SmallNetwork {
    var next = self
    for (name, gradients) in cycle.gradients {
      next.weights[name] = zip(weights[name] ?? [], gradients).map { weight, gradient in
        gradientDescent.update(weight, gradient: gradient, state: [], counters: [], rate: rate)
          .parameter
      }
    }
    return next
  }

  /// Its drawing, with an edge for each weight.
  ///
  /// - Parameters:
  ///   - input: what it reads.
  ///   - output: what it answers.
  func drawing(input: String, output: String) throws -> Figure {
    try NetworkDiagram(model(), inputName: input, outputName: output).figure
  }

  /// The same network with the weights of 32 bits, activations as a part of their layers.
  func model() throws -> Model {
    var joined: [any Layer] = []
    for layer in layers {
      if let activation = layer as? Activation, var dense = joined.last as? Dense {
        dense.activation = activation.function
        joined[joined.count - 1] = dense
      } else {
        joined.append(layer)
      }
    }
    let (network, shape) = (Sequential(joined), try TensorShape(checking: [inputs]))
    let tensors = try Model(network, inputShape: shape, loss: loss).tensors.map { name, tensor in
      (name, try Tensor(tensor.shape, (weights[name] ?? []).map { Float($0) }))
    }
    return try Model(network, inputShape: shape, loss: loss, tensors: tensors)
  }

  private func feeds(_ input: [Double]) -> [String: [Double]] {
    weights.merging([LearningCycle.inputName: input]) { _, new in new }
  }
}

/// Brightnesses, row by row, as an image: 0 is black, 1 is white.
func drawing(of image: [Double], width: Int) -> Figure {
  let (height, title) = (image.count / width, "The image")
  return ImageGrid(
    title: title,
    tiles: [
      ImageGrid.Tile(
        name: "", PNGBitmap(width: width, height: height, shares: image, palette: .grey))
    ],
    description: "\(height) × \(width) pixels; row by row their brightness is \(listText(image)).",
    tileWidth: 120
  ).figure
}

/// The rule of plain gradient descent.
let gradientDescent = Optimizer.sgd().rule

/// `a·x + b·y + …` with names and numbers, from a list of products and a bias.
func weightedSum(
  _ weights: [Double], _ weightNames: [String], _ inputs: [Double], _ inputNames: [String],
  bias: Double? = nil
) -> SymbolicExpression {
  var products = weights.indices.map { index in
    SymbolicExpression.variable(weightNames[index], weights[index])
      * SymbolicExpression.variable(inputNames[index], inputs[index])
  }
  if let bias { products.append(.variable("b", bias)) }
  return products.dropFirst().reduce(products[0], +)
}

/// Names with small numbers below: x₁, x₂, …
func numbered(_ name: String, _ count: Int) -> [String] {
  (1...count).map { Symbol(name, places: [$0]).text }
}

extension EpochRecord {
  var trainLoss: Double { train["loss"] ?? .nan }
  var validationLoss: Double { validation?["loss"] ?? .nan }
}

extension Dataset {
  /// Rows of numbers with rows of targets; a target of no axes where each is a class.
  init(_ inputs: [[Double]], targets: [[Double]], areClasses: Bool = false) throws {
    let width = inputs.first?.count ?? 0
    let targetShape: TensorShape =
      areClasses ? .scalar : try TensorShape(checking: [targets.first?.count ?? 0])
    try self.init(
      inputs: Examples(
        shape: TensorShape(checking: [width]), floats: inputs.flatMap { $0.map { Float($0) } }),
      targets: Examples(
        shape: targetShape, floats: targets.flatMap { $0.map { Float($0) } }))
  }
}
