/// Runs an op that has no fast code by its definition, in 64 bits, cell by cell. Unlike other steps it
/// allocates.
final class DefinitionStep: Step {
  private let op: any Op
  private let call: StepCall
  private let perChunk: Int
  let chunks: Int
  var kind: String { "\(type(of: op).name) by its definition" }

  /// Enough cells to be worth handing to another core, and few enough chunks to be counted.
  private static let leastCells = 256
  private static let mostChunks = 4096

  init(_ op: any Op, _ call: StepCall) {
    (self.op, self.call) = (op, call)
    let count = call.outputShape.count
    perChunk =
      type(of: op).cellsShareWork
      ? max(1, count)
      : max(Self.leastCells, (count + Self.mostChunks - 1) / Self.mostChunks)
    chunks = (count + perChunk - 1) / perChunk
  }

  func outputRange(ofChunk chunk: Int) -> Range<Int>? {
    chunk * perChunk..<min(call.outputShape.count, (chunk + 1) * perChunk)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let inputs = zip(call.inputs, call.inputShapes).map { memory, shape in
      Elements(shape: shape) { Double(memory[$0]) }
    }
    let range = chunk * perChunk..<min(call.outputShape.count, (chunk + 1) * perChunk)
    if type(of: op).cellsShareWork {
      let values = op.values(inputs, count: range.count)
      for (cell, value) in zip(range, values) { call.output[cell] = Float(value) }
    } else {
      for cell in range { call.output[cell] = Float(op.value(at: cell, inputs)) }
    }
  }
}
