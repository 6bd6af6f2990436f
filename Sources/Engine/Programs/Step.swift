import CKernels

/// One piece of work of a program, cut into chunks that may run in any order on any worker.
///
/// No two chunks write the same number, and the order of every sum depends on shapes alone, so the
/// result has the same bits however the work is cut and shared out. The cut of a product depends on the
/// number of workers too; every other on shapes alone.
protocol Step: AnyObject {
  var chunks: Int { get }
  /// Floats of private memory each worker needs for it.
  var scratchCount: Int { get }
  /// Which flat range of the op's output a chunk finishes; nil where chunks are no ranges.
  func outputRange(ofChunk chunk: Int) -> Range<Int>?
  /// The same work as steps one after the other, each with all its chunks.
  var parts: [any Step] { get }
  /// What people call this sort of work, for measurements.
  var kind: String { get }
  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>)
}

extension Step {
  var scratchCount: Int { 0 }
  func outputRange(ofChunk chunk: Int) -> Range<Int>? { nil }
  var parts: [any Step] { [self] }
  var kind: String { "step" }
}

/// Where an op's steps read and write.
struct StepCall {
  let inputs: [UnsafeMutablePointer<Float>]
  let inputShapes: [TensorShape]
  let output: UnsafeMutablePointer<Float>
  let outputShape: TensorShape
  /// As many floats as the op's `workspaceCount` asked for, with arbitrary values at first.
  let workspace: UnsafeMutablePointer<Float>
  let kernels: Kernels
  /// How many workers share each step. No bit may depend on it.
  let threads: Int
}

/// A strided copy, in chunks along the outermost axis.
final class CopyStep: Step {
  private let copy: gb_copy
  private let rows, perChunk: Int
  private let kernels: Kernels
  let chunks: Int

  init(
    extents: [Int], source: UnsafeMutablePointer<Float>, sourceStrides: [Int],
    destination: UnsafeMutablePointer<Float>, destinationStrides: [Int], kernels: Kernels
  ) {
    self.kernels = kernels
    let extents = extents.isEmpty ? [1] : extents
    var copy = gb_copy()
    copy.rank = Int32(extents.count)
    copy.source = UnsafePointer(source)
    copy.destination = destination
    Self.set(&copy.extents, extents)
    Self.set(&copy.source_strides, sourceStrides)
    Self.set(&copy.destination_strides, destinationStrides)
    self.copy = copy
    rows = extents[0]
    perChunk = max(1, 32_768 / max(1, extents.dropFirst().reduce(1, *)))
    chunks = (rows + perChunk - 1) / perChunk
  }

  private static func set<Tuple>(_ tuple: inout Tuple, _ values: [Int]) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
      let numbers = bytes.bindMemory(to: Int64.self)
      for (index, value) in values.enumerated() { numbers[index] = Int64(value) }
    }
  }

  var kind: String { "copy" }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let start = chunk * perChunk
    withUnsafePointer(to: copy) {
      kernels.table.copy($0, Int64(start), Int64(min(rows, start + perChunk)))
    }
  }
}

/// One number everywhere.
final class FillStep: Step {
  private let value: Float
  private let destination: UnsafeMutablePointer<Float>
  private let count: Int
  let chunks = 1
  let kind = "fill"

  init(_ value: Float, destination: UnsafeMutablePointer<Float>, count: Int) {
    self.value = value
    self.destination = destination
    self.count = count
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    destination.update(repeating: value, count: count)
  }
}
