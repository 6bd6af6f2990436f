import Engine
import Networks

extension ONNXOperators {
  /// What gives numbers that are known while a graph is read.
  static let shapes: [String: Operator] = [
    "Constant": { call in [try constant(call)] },
    "ConstantOfShape": { call in
      let extents = try call.known(0)?.integers ?? []
      let shape = try TensorShape(checking: extents)
      var one = ONNXTensor("", extents: [1], [0])
      if case .tensor(let tensor) = call.node.attributes["value"] { one = tensor }
      guard let number = one.doubles?.first else {
        throw Problem.shape("value", expected: "a number", found: "none")
      }
      // Many are no numbers to compute extents with.
      guard call.context.weights.budget.take(shape.count) else {
        return [.computed(call.graph.constant(number.inRange, shape: shape), one.type)]
      }
      return [
        .known(
          ONNXTensor(
            extents: extents, type: one.type,
            wide: [Double](repeating: number, count: shape.count)))
      ]
    },
    "Shape": { call in
      let extents = try call.value(0).shape.extents
      let rank = extents.count
      func bound(_ name: String, _ usual: Int) -> Int {
        let place = call.integer(name, usual: usual)
        return min(max(place < 0 ? place + rank : place, 0), rank)
      }
      let (start, end) = (bound("start", 0), bound("end", rank))
      return [.known(ONNXTensor("", start < end ? Array(extents[start..<end]) : []))]
    },
    "Size": { call in
      [.known(ONNXTensor(extents: [], type: .int64, .integers([try call.value(0).shape.count])))]
    },
    "Range": { call in
      guard let start = try call.known(0), let first = start.doubles?.first,
        let limit = try call.known(1)?.doubles?.first,
        let step = try call.known(2)?.doubles?.first, step != 0
      else { throw Problem.shape("Range", expected: "three numbers", found: "others") }
      let count = ((limit - first) / step).rounded(.up)
      guard count <= 0 || call.context.weights.budget.take(Int(exactly: count) ?? .max) else {
        throw Problem.shape("Range", expected: "at most 65536 numbers", found: "\(count)")
      }
      let values = (0..<(count <= 0 ? 0 : Int(count))).map { first + Double($0) * step }
      return [.known(ONNXTensor(extents: [values.count], type: start.type, wide: values))]
    },
    "Floor": { call in [try call.rounded(.down)] },
    "Ceil": { call in [try call.rounded(.up)] },
    "Round": { call in [try call.rounded(.toNearestOrEven)] },
    "NonZero": { call in
      guard let tensor = try call.known(0), let values = tensor.doubles else {
        throw Problem.shape("NonZero", expected: "numbers", found: "none")
      }
      let shape = try TensorShape(checking: tensor.extents)
      guard call.context.weights.budget.take(values.count * max(shape.rank, 1)) else {
        throw Problem.shape("NonZero", expected: "at most 65536 numbers", found: "\(shape)")
      }
      let places = values.indices.filter { values[$0] != 0 }.map {
        shape.position(ofFlatIndex: $0)
      }
      let flat = (0..<shape.rank).flatMap { axis in places.map { $0[axis] } }
      return [
        .known(ONNXTensor(extents: [shape.rank, places.count], type: .int64, .integers(flat)))
      ]
    },
    "Cast": { call in [try cast(call)] },
    "CastLike": { call in
      let type = try call.value(1).type
      return [try cast(call, to: type)]
    },
  ]

  private static func constant(_ call: OperatorCall) throws -> ImportedValue {
    for (name, value) in call.node.attributes {
      switch (name, value) {
      case ("value", .tensor(var tensor)):
        if tensor.name.isEmpty { tensor.name = call.node.outputs.first ?? "" }
        return .known(tensor)
      case ("value_float", .float(let number)): return .known(ONNXTensor("", extents: [], [number]))
      case ("value_floats", .floats(let numbers)):
        return .known(ONNXTensor("", extents: [numbers.count], numbers))
      case ("value_int", .integer(let number)):
        return .known(ONNXTensor(extents: [], type: .int64, .integers([number])))
      case ("value_ints", .integers(let numbers)): return .known(ONNXTensor("", numbers))
      default: continue
      }
    }
    throw call.unsupported(
      "Constant", expected: "numbers",
      found: call.node.attributes.keys.sorted().joined(separator: ", "))
  }

  private static func cast(
    _ call: OperatorCall, to given: ONNXTensor.ElementType? = nil
  ) throws -> ImportedValue {
    let number = call.integer("to", usual: 1)
    guard let type = given ?? ONNXTensor.ElementType(rawValue: number), type != .string else {
      throw call.unsupported("to", expected: "a type of numbers", found: "type \(number)")
    }
    switch try call.value(0) {
    case .known(let tensor):
      guard let wide = tensor.doubles else {
        throw call.unsupported("Cast", expected: "numbers", found: "texts")
      }
      var changed = ONNXTensor(extents: tensor.extents, type: type, wide: wide)
      changed.name = tensor.name
      return .known(changed)
    case .computed(var value):
      if type == .bool, value.type != .bool {
        let magnitude = try value.node.absolute()
        value.node = try magnitude.selected(
          greaterThan: magnitude.zero, magnitude.one, else: magnitude.zero)
      } else if type.isWhole, !value.type.isWhole,
        !call.context.areOnlyPlaces(call.node.outputs.first ?? "")
      {
        throw call.unsupported(
          "Cast", expected: "numbers that stay as they are",
          found: "computed ones cut to \(type.name)")
      }
      value.type = type
      return .computed(value)
    }
  }
}

extension OperatorCall {
  /// Known numbers, rounded.
  fileprivate func rounded(_ rule: FloatingPointRoundingRule) throws -> ImportedValue {
    guard let tensor = try known(0), let values = tensor.doubles else {
      throw unsupported(node.operation, expected: "numbers that are known", found: "computed ones")
    }
    return .known(
      ONNXTensor(extents: tensor.extents, type: tensor.type, wide: values.map { $0.rounded(rule) }))
  }
}
