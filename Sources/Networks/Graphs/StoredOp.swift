package import Engine

/// An op that files can hold by its name and its settings, so that a graph of such ops can be stored.
package protocol StoredOp: Op, Configurable {}

/// All ops that make a value of others without learning: what a network computes is made of them.
package enum StoredOps: Family {
  package typealias Member = any StoredOp
  package static let word = "op"
  package static let standard: [any Configurable.Type] = Ops.all.compactMap {
    $0 as? any StoredOp.Type
  }
}

// MARK: What has no settings

extension Ops.Absolute: StoredOp { package static var usual: Self { Self() } }
extension Ops.Add: StoredOp { package static var usual: Self { Self() } }
extension Ops.Divide: StoredOp { package static var usual: Self { Self() } }
extension Ops.ErrorFunction: StoredOp { package static var usual: Self { Self() } }
extension Ops.Exponential: StoredOp { package static var usual: Self { Self() } }
extension Ops.Logarithm: StoredOp { package static var usual: Self { Self() } }
extension Ops.Maximum: StoredOp { package static var usual: Self { Self() } }
extension Ops.Minimum: StoredOp { package static var usual: Self { Self() } }
extension Ops.Multiply: StoredOp { package static var usual: Self { Self() } }
extension Ops.Negate: StoredOp { package static var usual: Self { Self() } }
extension Ops.PReLU: StoredOp { package static var usual: Self { Self() } }
extension Ops.SquareRoot: StoredOp { package static var usual: Self { Self() } }
extension Ops.Subtract: StoredOp { package static var usual: Self { Self() } }
extension Ops.Causal: StoredOp { package static var usual: Self { Self() } }
extension Ops.Gather: StoredOp { package static var usual: Self { Self() } }
extension Ops.LeaveOut: StoredOp { package static var usual: Self { Self() } }
extension Ops.Select: StoredOp { package static var usual: Self { Self() } }

// MARK: Activation functions, whose settings are known

extension Ops.ELU: StoredOp {}
extension Ops.GELU: StoredOp {}
extension Ops.GELUTanh: StoredOp {}
extension Ops.LeakyReLU: StoredOp {}
extension Ops.Linear: StoredOp {}
extension Ops.LogSoftmax: StoredOp {}
extension Ops.ReLU: StoredOp {}
extension Ops.ReLU6: StoredOp {}
extension Ops.SELU: StoredOp {}
extension Ops.SiLU: StoredOp {}
extension Ops.Sigmoid: StoredOp {}
extension Ops.Softmax: StoredOp {}
extension Ops.Softplus: StoredOp {}
extension Ops.Tanh: StoredOp {}

// MARK: What has settings

extension Ops.Clip: StoredOp {
  package static var usual: Self { Self(low: 0, high: 1) }
  package static var settings: [Setting<Self>] {
    [.required("low", \.low, in: anyNumber), .required("high", \.high, in: anyNumber)]
  }
  private static var anyNumber: ClosedRange<Double> { -.infinity ... .infinity }
}

extension Ops.AveragePool: StoredOp {
  package static var usual: Self { Self(.usual) }
  package static var settings: [Setting<Self>] { [.required("window", \.window)] }
}
extension Ops.MaxPool: StoredOp {
  package static var usual: Self { Self(.usual) }
  package static var settings: [Setting<Self>] { [.required("window", \.window)] }
}
extension Ops.Convolution: StoredOp {
  package static var usual: Self { Self(.usual) }
  package static var settings: [Setting<Self>] {
    [.required("window", \.window), .usual("groups", \.groups, in: NetworkLimits.parts)]
  }
}
/// The transposed convolution.
extension Ops.ConvolutionInputGradient: StoredOp {
  package static var usual: Self { Self(.usual, height: 1, width: 1) }
  package static var settings: [Setting<Self>] {
    [
      .required("window", \.window), .usual("groups", \.groups, in: NetworkLimits.parts),
      .required("height", \.height, in: NetworkLimits.extent),
      .required("width", \.width, in: NetworkLimits.extent),
    ]
  }
}

extension Ops.Concatenate: StoredOp {
  package static var usual: Self { Self(axis: 0) }
  package static var settings: [Setting<Self>] { [.required("axis", \.axis)] }
}
extension Ops.Pad: StoredOp {
  package static var usual: Self { Self(before: [], after: []) }
  package static var settings: [Setting<Self>] {
    [.required("before", \.before), .required("after", \.after)]
  }
}
extension Ops.Reverse: StoredOp {
  package static var usual: Self { Self(axis: 0) }
  package static var settings: [Setting<Self>] { [.required("axis", \.axis)] }
}
extension Ops.Transpose: StoredOp {
  package static var usual: Self { Self(order: []) }
  package static var settings: [Setting<Self>] { [.required("order", \.order)] }
}
// The shape of what these make is given beside them, since it may depend on the batch.
extension Ops.Broadcast: StoredOp {
  package static var usual: Self { Self(to: .scalar, axes: []) }
  package static var settings: [Setting<Self>] { [.required("axes", \.axes)] }
}
extension Ops.Reshape: StoredOp { package static var usual: Self { Self(to: .scalar) } }
extension Ops.Slice: StoredOp {
  package static var usual: Self { Self(from: [], shape: .scalar) }
  package static var settings: [Setting<Self>] { [.required("starts", \.starts)] }
}

extension Ops.MatrixProduct: StoredOp {
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [.usual("transposes_a", \.transposesA), .usual("transposes_b", \.transposesB)]
  }
}
extension Ops.BatchedMatrixProduct: StoredOp {
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [.usual("transposes_a", \.transposesA), .usual("transposes_b", \.transposesB)]
  }
}

/// An op that makes one number of neighbouring axes.
package protocol StoredReduction: StoredOp {
  var axes: Range<Int> { get }
  init(axes: Range<Int>)
}

extension StoredReduction {
  package static var usual: Self { Self(axes: 0..<0) }
  package static var settings: [Setting<Self>] { [.required("axes", \.neighbours)] }

  private var neighbours: NeighbouringAxes {
    get { NeighbouringAxes(axes) }
    set { self = Self(axes: newValue.axes) }
  }
}

extension Ops.ArgMax: StoredReduction {}
extension Ops.Largest: StoredReduction {}
extension Ops.LogSumExp: StoredReduction {}
extension Ops.Mean: StoredReduction {}
extension Ops.Sum: StoredReduction {}
extension Ops.Place: StoredOp {
  package static var usual: Self { Self(classes: 1) }
  package static var settings: [Setting<Self>] {
    [.required("classes", \.classes, in: NetworkLimits.units)]
  }
}

extension Ops.RecurrentScan: StoredOp {
  package static var usual: Self { Self(RecurrentCell(.simple)) }
  package static var settings: [Setting<Self>] { ScanSettings.settings.within(\.stored) }
}
