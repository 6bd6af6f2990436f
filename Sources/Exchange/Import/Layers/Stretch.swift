import Engine
import Networks

/// The ops between two cuts of a network, for which a layer is looked for.
struct Stretch {
  /// Ops that depend on the input, in their order, but for those that only move numbers.
  struct Part {
    let place: Int
    let op: any Op
  }

  /// From where on it is searched.
  let graph: SearchedGraph
  let end: Int
  let parts: [Part]
  /// Shapes of one example.
  let input, output: TensorShape

  /// The most ops between an input and a result.
  static let mostOps = 160

  /// Nil where no layer is looked for.
  init?(_ graph: SearchedGraph, to end: Int) {
    let start = graph.start
    guard end - start <= 4 * Self.mostOps, let input = graph.example(start),
      let output = graph.example(end)
    else { return nil }
    var parts: [Part] = []
    for place in start + 1...end where graph.depends[place] {
      guard let op = graph.op(place), !Self.onlyMoves(op) else { continue }
      parts.append(Part(place: place, op: op))
    }
    guard parts.count <= Self.mostOps else { return nil }
    (self.graph, self.end, self.parts) = (graph, end, parts)
    (self.input, self.output) = (input, output)
  }

  private static func onlyMoves(_ op: any Op) -> Bool {
    op is Ops.Reshape || op is Ops.Broadcast || op is Ops.Transpose || op is Ops.Slice
      || op is Ops.Reverse || op is Ops.Concatenate
  }

  /// All uses of an op.
  func uses<Wanted: Op>(_ type: Wanted.Type) -> [(place: Int, op: Wanted)] {
    parts.compactMap { part in (part.op as? Wanted).map { (part.place, $0) } }
  }

  /// Whether all ops are among these.
  func isMade(of types: any Op.Type...) -> Bool {
    parts.allSatisfy { part in types.contains { $0 == type(of: part.op) } }
  }

  /// The extents of one of the inputs of an op, at the first of two batches.
  func extents(_ place: Int, input: Int) -> [Int] {
    graph.shapes(graph.entries[place].inputs[input])[0].extents
  }

  /// Rows and columns of images, or one row of the steps of sequences.
  func places(_ place: Int) -> [Int] {
    let extents = graph.shapes(place)[0].extents
    return extents.count == 3 ? [1, extents[1]] : Array(extents[1...2])
  }

  /// Activation functions that may make what comes behind a place: that of an op of its own, or those whose
  /// formulas are made of ops that are there.
  func activations(behind place: Int) -> [ActivationFunction] {
    let rest = parts.filter { $0.place > place }
    guard let last = rest.last, !(last.op is Ops.Add && rest.count == 1) else { return [.linear] }
    if let op = last.op as? any ActivationOp { return [ActivationFunction(op)] }
    let there = rest.map { type(of: $0.op) }
    return Self.formulas.filter { function, spellings in
      if function.op is Ops.ReLU6, last.op is Ops.Clip { return true }
      return spellings.contains { spelling in
        spelling.allSatisfy { operation in
          operation == .selectGreater || there.contains { $0 == operation.op }
        }
      }
    }.map(\.function)
  }

  /// All activation functions, each with the ops of which it may be made.
  private static let formulas:
    [(function: ActivationFunction, spellings: [Set<ElementwiseKernel.Operation>])] =
      Registry.standard.activations.map { function in
        (function, ElementwiseKernel.Term.spellings(of: function.op).map(\.operations))
      }

  /// Small numbers that stand in it, as settings such as ε do, in the shortest spelling of their 32 bits.
  var smallNumbers: [Double] {
    var (found, seen): ([Double], Set<Int>) = ([], [])
    var open = parts.flatMap { graph.entries[$0.place].inputs }
    while let place = open.popLast() {
      guard !graph.depends[place], seen.count < WeightValue.mostNodes, seen.insert(place).inserted
      else { continue }
      if case .constant(let number) = graph.entries[place].source, number > 0, number < 0.5 {
        let short = Double("\(Float(number))") ?? number
        if !found.contains(short) { found.append(short) }
      }
      open += graph.entries[place].inputs
    }
    return found
  }
}
