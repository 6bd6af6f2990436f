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

  /// Adds a share of the gradients that a program has just computed; the first replace what was there.
  package mutating func add(_ program: CycleProgram, share: Float, isFirst: Bool) {
    for (number, place) in places.enumerated() {
      let found = program.gradient(number)
      // A share of 1 keeps every bit, and so does the first of several.
      for (index, value) in zip(place.range, found) {
        values[index] = isFirst ? value * share : values[index] + value * share
      }
    }
  }
}
