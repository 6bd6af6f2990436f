public import Engine

/// The gradients of a step, ∂loss/∂parameter for every parameter, as numbers that can be looked at
/// and changed before they are clipped and used.
public struct ParameterGradients: Sendable {
  /// Where the gradient of one parameter lies.
  package struct Place: Sendable, Hashable {
    /// Of the parameter, `layer/kernel`.
    package let name: String
    package let shape: TensorShape
    /// Within ``ParameterGradients/values``.
    package let range: Range<Int>
  }

  /// In the order of the parameters' first use.
  package let places: [Place]
  /// All numbers, one parameter after the other, each row-major.
  public var values: [Float]

  init(_ parameters: [Node]) {
    var next = 0
    places = parameters.map { parameter in
      defer { next += parameter.shape.count }
      return Place(
        name: parameter.variableName ?? "", shape: parameter.shape,
        range: next..<next + parameter.shape.count)
    }
    values = [Float](repeating: 0, count: next)
  }

  /// The gradient of one parameter; nil if there is none of this name.
  public subscript(name: String) -> Tensor? {
    places.first { $0.name == name }.flatMap {
      try? Tensor($0.shape, Array(values[$0.range]))
    }
  }

  /// The numbers of each parameter, in the order of ``places``.
  package var lists: [[Float]] { places.map { Array(values[$0.range]) } }

  /// √Σg² of each parameter by name, summed in double precision.
  public var norms: [String: Double] {
    var norms: [String: Double] = [:]
    for place in places {
      norms[place.name] = values[place.range].reduce(0.0) { $0 + Double($1) * Double($1) }
        .squareRoot()
    }
    return norms
  }

  /// Writes a share of the gradients of neighbouring parameters that a program has just computed, one after the
  /// other. A share of 1 keeps every bit.
  package func write(
    _ parameters: Range<Int>, of program: CycleProgram, share: Float,
    to memory: UnsafeMutablePointer<Float>
  ) {
    var target = memory
    for number in parameters {
      let found = program.gradient(number)
      for index in found.indices { target[index] = found[index] * share }
      target += found.count
    }
  }
}
