public import Engine

/// The settings of a recurrent layer.
public struct RecurrentSettings: Sendable {
  /// The width of the state.
  public var units: Int
  /// Of the candidate and of what leaves the cell.
  public var activation: ActivationFunction
  /// Of the gates, where there are any.
  public var gateActivation: ActivationFunction
  public var usesBias: Bool
  /// All steps as a sequence, or the last alone?
  public var returnsSequences: Bool
  /// Read the sequence from its end? A returned sequence is then in the order of reading, as in Keras.
  public var goesBackwards: Bool
  /// The gradient does not flow past every so many steps; nil for all the way.
  public var truncation: Int?
  public var kernelInitializer: any Initializer
  public var recurrentInitializer: any Initializer
  public var biasInitializer: any Initializer
  /// Does the bias of an LSTM's forget gate start at 1 (Jozefowicz et al. 2015)?
  public var forgetBias: Bool

  /// Keras's defaults.
  public init(_ units: Int) {
    self.units = units
    activation = .tanh
    gateActivation = .sigmoid
    usesBias = true
    returnsSequences = false
    goesBackwards = false
    truncation = nil
    kernelInitializer = .glorotUniform
    recurrentInitializer = .orthogonal()
    biasInitializer = .zeros
    forgetBias = true
  }
}

extension RecurrentSettings {
  static var settings: [Setting<Self>] {
    [
      .required("units", \.units, in: NetworkLimits.units), .usual("activation", \.activation),
      .usual("recurrent_activation", \.gateActivation), .usual("bias", \.usesBias),
      .usual("return_sequences", \.returnsSequences), .usual("go_backwards", \.goesBackwards),
      .optional("truncate", \.truncation, in: NetworkLimits.steps),
      .initializer("kernel_initializer", \.kernelInitializer),
      .initializer("recurrent_initializer", \.recurrentInitializer),
      .initializer("bias_initializer", \.biasInitializer),
      .usual("unit_forget_bias", \.forgetBias),
    ]
  }
}

/// A layer that reads a sequence step by step: [batch, steps, width] becomes [batch, units], or
/// [batch, steps, units] if it returns sequences.
///
/// Its tensors are those of Keras: `kernel` [width, gates · units], `recurrent_kernel`
/// [units, gates · units] and `bias`. Steps that the input's mask leaves out keep the state.
public protocol RecurrentLayer: IdentifiedLayer {
  var settings: RecurrentSettings { get }
  /// A layer of other settings.
  init(_ settings: RecurrentSettings, name: String?)
  /// Adds the layer in the scope that is open.
  ///
  /// - Parameters:
  ///   - settings: instead of the layer's own; ``Bidirectional`` turns the way of reading round.
  ///   - isAligned: is a sequence that was read from its end put back into the input's order?
  func read(_ input: Node, settings: RecurrentSettings, isAligned: Bool) throws -> Node
}

extension RecurrentLayer {
  /// - Parameters:
  ///   - units: at least 1; checked when the network is built. What is nil below is as in
  ///     ``RecurrentSettings``.
  ///   - gateActivation: of the gates, where there are any.
  ///   - truncation: the gradient does not flow past every so many steps.
  ///   - name: the beginning of its tensors' names; `gru`, `gru_1`, … if not given.
  public init(
    _ units: Int, activation: ActivationFunction? = nil, gateActivation: ActivationFunction? = nil,
    usesBias: Bool? = nil, returnsSequences: Bool? = nil, goesBackwards: Bool? = nil,
    truncation: Int? = nil, name: String? = nil
  ) {
    var settings = RecurrentSettings(units)
    if let activation { settings.activation = activation }
    if let gateActivation { settings.gateActivation = gateActivation }
    if let usesBias { settings.usesBias = usesBias }
    if let returnsSequences { settings.returnsSequences = returnsSequences }
    if let goesBackwards { settings.goesBackwards = goesBackwards }
    settings.truncation = truncation
    self.init(settings, name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      try read(input, settings: settings, isAligned: false)
    }
  }
}

/// A recurrent layer that is made of one of the engine's cells.
package protocol CellLayer: RecurrentLayer {
  /// Which formulas.
  static var cell: RecurrentCell.Kind { get }
}

extension CellLayer {
  public func read(_ input: Node, settings: RecurrentSettings, isAligned: Bool) throws -> Node {
    let graph = input.graph
    guard input.shape.rank == 3, input.shape[1] > 0, settings.units > 0,
      settings.truncation ?? 1 > 0
    else {
      throw Problem.shape(
        graph.path,
        expected: "at least 1 unit and an input of shape [batch, steps, width]",
        found: "\(settings.units) units and an input of shape \(input.shape)"
          + (settings.truncation.map { ", truncated every \($0) steps" } ?? ""))
    }
    let cell = RecurrentCell(
      Self.cell, activation: try elementwise(settings.activation, graph),
      gateActivation: try elementwise(settings.gateActivation, graph),
      hasBias: settings.usesBias, isMasked: input.mask != nil)
    let kept = try scan(input, settings, cell)
    let (batch, steps, units) = (input.shape[0], input.shape[1], settings.units)
    guard settings.returnsSequences else {
      let last = settings.goesBackwards ? 0 : steps - 1
      return try Ops.Slice(from: [0, last, 0, 0], shape: [1, 1, batch, units])(kept)
        .reshaped(to: [batch, units])
    }
    let states = try Ops.Slice(from: [0, 0, 0, 0], shape: [1, steps, batch, units])(kept)
      .reshaped(to: [steps, batch, units])
    let output = try Ops.Transpose(order: [1, 0, 2])(states)
    guard settings.goesBackwards, !isAligned else { return output }
    let turned = try Ops.Reverse(axis: 1)(output)
    turned.mask = try input.mask.map { try Ops.Reverse(axis: 1)($0) }
    return turned
  }

  private func scan(
    _ input: Node, _ settings: RecurrentSettings, _ cell: RecurrentCell
  ) throws -> Node {
    let graph = input.graph
    let width = input.shape[2]
    let (gateWidth, overflow) = cell.gates.multipliedReportingOverflow(by: settings.units)
    guard !overflow else {
      throw Problem.shape(
        graph.path, expected: "a count of units that fits in 63 bits for \(cell.gates) gates",
        found: "\(settings.units)")
    }
    let kernel = try graph.parameter(
      "kernel", shape: TensorShape(checking: [width, gateWidth], at: graph.path),
      settings.kernelInitializer)
    let recurrentKernel = try graph.parameter(
      "recurrent_kernel",
      shape: TensorShape(checking: [settings.units, gateWidth], at: graph.path),
      settings.recurrentInitializer)
    var inputs = [input, kernel, recurrentKernel]
    if cell.hasBias { inputs.append(try bias(graph, settings, cell)) }
    if let mask = input.mask { inputs.append(try Ops.Transpose(order: [1, 0])(mask)) }
    return try Ops.RecurrentScan(
      cell, isReversed: settings.goesBackwards, truncation: settings.truncation
    ).apply(to: inputs)
  }

  private func bias(
    _ graph: Graph, _ settings: RecurrentSettings, _ cell: RecurrentCell
  ) throws -> Node {
    let width = cell.gates * settings.units
    let shape = try TensorShape(checking: cell.biasRows == 2 ? [2, width] : [width])
    guard Self.cell == .lstm, settings.forgetBias else {
      return try graph.parameter("bias", shape: shape, settings.biasInitializer)
    }
    let (initializer, units) = (settings.biasInitializer, settings.units)
    // As Keras draws it: the forget gate's ones stand between two draws of their own lengths.
    return try graph.parameter("bias", shape: shape) { generator in
      var bias = Tensor(repeating: 1, shape: shape)
      for part in [0..<units, 2 * units..<width] {
        bias.values.replaceSubrange(
          part, with: initializer.values(shape: [part.count], generator: &generator).values)
      }
      return bias
    }
  }

  private func elementwise(
    _ function: ActivationFunction, _ graph: Graph
  ) throws -> any ElementwiseOp {
    guard let op = function.op as? any ElementwiseOp else {
      throw Problem.shape(
        graph.path, expected: "an activation of one number, such as tanh", found: function.name)
    }
    return op
  }
}
