import Engine
import Networks

/// Writes what a network computes for one example as lines of Swift, node by node.
///
/// Every value has a place in one block of memory, so that a network in use asks for memory once; those that
/// are never needed at the same time share it. What works element by element is written by its formula, chains
/// of it as one.
struct SwiftWriting {
  /// Numbers that lie one after the other, from a name on.
  struct Location: Hashable {
    var name: String
    var offset = 0

    /// `dense + 4`
    var text: String { offset == 0 ? name : "\(name) + \(offset)" }

    /// `dense[i + 4]`
    func text(at index: String) -> String {
      offset == 0
        ? "\(name)[\(index)]"
        : index == "0" ? "\(name)[\(offset)]" : "\(name)[\(index) + \(offset)]"
    }

    func moved(by count: Int) -> Location { Location(name: name, offset: offset + count) }
  }

  /// What is known of a node.
  enum Value {
    case numbers(Location)
    /// The same number everywhere.
    case constant(Double)
    /// Another node's, along these axes.
    case repeated(source: Int, axes: [Int])
    /// Computed where it is read.
    case formula(SwiftFormula)
  }

  /// A value with a place in memory, and the lines at which it is needed.
  private struct Resident {
    let name: String
    let count: Int
    let shape: TensorShape
    let first: Int
    var last: Int
  }

  private enum Line {
    case text(String)
    /// Where a resident lies.
    case place(resident: Int)
  }

  private(set) var weights: SwiftWeights
  /// The functions that the lines call.
  private(set) var functions: Set<String> = []
  private var names: SwiftNames
  private var lines: [Line] = []
  private var residents: [Resident] = []
  private var places: [String: Int] = [:]
  private var recording = GraphRecording(entries: [])
  private var entries: [GraphRecording.Entry] { recording.entries }
  private var depends: [Bool] = []
  private var readers: [[Int]] = []
  private(set) var shapes: [TensorShape] = []
  private var values: [Value?] = []
  private var problems: [Problem] = []
  /// Of the layer whose op is being written.
  private var path = ""

  init(_ weights: SwiftWeights) {
    self.weights = weights
    names = SwiftNames(
      taken: SwiftFunctions.names + SwiftNames.loops + ["input", "memory", "answer", "weights"])
  }

  /// Writes all nodes of a recording.
  ///
  /// - Throws: `Problem`, all that cannot be written together.
  mutating func write(_ recording: GraphRecording) throws {
    self.recording = recording
    depends = recording.dependence
    shapes = try entries.map { try $0.extents.shape(batch: 1) }
    readers = recording.readers
    for place in shapes.indices { values.append(try written(place)) }
    try Problem.throwIfAny(problems)
    let result = try location(of: shapes.count - 1)
    emit("answer.update(from: \(result.text), count: \(shapes[shapes.count - 1].count))")
    touch(result)
  }

  private mutating func written(_ place: Int) throws -> Value? {
    let entry = entries[place]
    if case .input = entry.source { return .numbers(Location(name: "input")) }
    // What does not depend on the input is known before; it is asked for where it is needed.
    guard depends[place], case .op(let op) = entry.source else { return nil }
    begin(entry.path)
    let call = SwiftCall(
      place: place, inputs: entry.inputs, shape: shapes[place],
      inputShapes: entry.inputs.map { shapes[$0] })
    do {
      if let op = op as? any SwiftOp { return try op.write(call, to: &self) }
      if let op = op as? any ElementwiseOp { return try elementwise(op, call) }
      throw Problem.shape(
        type(of: op).name, expected: "an op that can be written as Swift",
        found: type(of: op).name,
        fix: "leave the layer out of what is written, or write its op by a formula")
    } catch let problem as Problem {
      if problems.count < Problem.limit {
        problems.append(
          Problem.shape(
            path.isEmpty ? problem.place : "\(path): \(problem.place)",
            expected: problem.expected, found: problem.found, fix: problem.fix))
      }
      return .numbers(Location(name: "input"))
    }
  }

  // MARK: Values

  /// What is known of a node's value.
  mutating func value(of place: Int) throws -> Value {
    if let value = values[place] { return value }
    let value = try known(place)
    values[place] = value
    return value
  }

  /// A value that does not depend on the input: a weight, or computed from weights by the ops' own programs.
  private mutating func known(_ place: Int) throws -> Value {
    let entry = entries[place]
    switch entry.source {
    case .constant(let number): return .constant(number)
    case .variable(let variable):
      return .numbers(try weights.location(of: variable.name, name: &names))
    case .op(let op as Ops.Broadcast): return .repeated(source: entry.inputs[0], axes: op.axes)
    case .op(is Ops.Reshape):
      if case .numbers(let location) = try value(of: entry.inputs[0]) { return .numbers(location) }
    case .op, .input: break
    }
    let tensor = try folded(place)
    return .numbers(
      weights.add(
        tensor, as: "\(entry.path)/constant", key: "constant \(place)", name: &names))
  }

  private func folded(_ place: Int) throws -> Tensor {
    try recording.tensor(at: place, batch: 1, weights: weights.tensor)
  }

  /// A weight's numbers, and what else is known before; nil for what is computed.
  func tensor(of place: Int) throws -> Tensor? { depends[place] ? nil : try folded(place) }

  /// A weight in a form that suits the loops better.
  mutating func stored(_ tensor: Tensor, of place: Int, as form: String) -> Location {
    var name = entries[place].path
    if case .variable(let variable) = entries[place].source { name = variable.name }
    return weights.add(tensor, as: "\(name)/\(form)", key: "\(place) \(form)", name: &names)
  }

  /// Whether the only reader of a value works on it element by element, so that it can be computed there.
  func isReadOnceByFormula(_ place: Int) -> Bool {
    guard readers[place].count == 1, let reader = readers[place].first,
      case .op(let op) = entries[reader].source
    else { return false }
    // Other axes leave the numbers where they are.
    return op is any ElementwiseOp || op is Ops.Reshape && isReadOnceByFormula(reader)
  }

  /// What reads a value.
  func readers(of place: Int) -> [(op: any Op, place: Int)] {
    readers[place].compactMap { reader in
      guard case .op(let op) = entries[reader].source else { return nil }
      return (op, reader)
    }
  }

  /// Where the numbers of a value lie, one after the other; written out if they do not yet.
  mutating func location(of place: Int) throws -> Location {
    let location: Location
    switch try value(of: place) {
    case .numbers(let known):
      touch(known)
      return known
    case .constant(let number):
      location = reserve(shapes[place])
      call("fill", "\(location.text), \(shapes[place].count)) { _ in \(Float(number).swift) }")
    case .repeated(let source, let axes):
      location = try spread(source, axes, to: shapes[place])
    case .formula(let formula):
      location = reserve(shapes[place])
      write(formula, into: location, count: shapes[place].count)
    }
    values[place] = .numbers(location)
    return location
  }

  // MARK: Memory and lines

  /// Memory for a value of the layer that is being written.
  mutating func reserve(_ shape: TensorShape, _ name: String? = nil) -> Location {
    let name = names.unique(name ?? SwiftNames.words(path.isEmpty ? "value" : path))
    residents.append(
      Resident(
        name: name, count: shape.count, shape: shape, first: lines.count, last: lines.count))
    places[name] = residents.count - 1
    lines.append(.place(resident: residents.count - 1))
    return Location(name: name)
  }

  /// Says that a value is needed at the last line.
  mutating func touch(_ location: Location) {
    if let place = places[location.name] { residents[place].last = lines.count }
  }

  /// A line that calls one of the functions; what follows its opening bracket.
  mutating func call(_ function: String, _ rest: String) {
    uses([function])
    emit("\(function)(\(rest)")
  }

  mutating func uses(_ names: Set<String>) { functions.formUnion(names) }

  mutating func emit(_ line: String) { lines.append(.text(line)) }

  private mutating func begin(_ path: String) {
    guard path != self.path else { return }
    self.path = path
    emit("")
    if !path.isEmpty { emit("// \(path.oneLine)") }
  }

  /// The lines, and how many numbers the memory has.
  var body: (lines: [String], memory: Int) {
    let plan = MemoryPlan(
      residents.enumerated().map { place, resident in
        .init(
          tenant: .node(place), count: resident.count,
          positions: resident.first...max(resident.first, resident.last))
      })
    let texts = lines.map { line in
      switch line {
      case .text(let text): return text
      case .place(let place):
        let resident = residents[place]
        return "let \(resident.name) = memory + \(plan.offsets[.node(place)] ?? 0)"
          + "  // \(resident.shape.swift)"
      }
    }
    return (texts, plan.count)
  }
}

/// One use of an op: its node, those of its inputs, and what shapes they have for one example.
struct SwiftCall {
  let place: Int
  let inputs: [Int]
  let shape: TensorShape
  let inputShapes: [TensorShape]
}

/// An op that is written in a way of its own.
protocol SwiftOp: Op {
  /// Adds its lines.
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value
}

extension TensorShape {
  /// `1 × 32`
  var swift: String { extents.map { "\($0)" }.joined(separator: " × ") }
}
