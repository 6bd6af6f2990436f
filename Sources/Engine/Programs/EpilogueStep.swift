/// A step and the element-wise kernel that follows it: each chunk's results go through the kernel
/// while they are still in the innermost caches.
final class EpilogueStep: Step {
  private let main: any Step
  private let elementwise: ElementwiseStep
  let chunks: Int
  let scratchCount: Int

  /// Nil if the chunks of the main step are not ranges of its output.
  init?(_ main: any Step, _ elementwise: ElementwiseStep) {
    guard main.chunks > 0, main.outputRange(ofChunk: 0) != nil else { return nil }
    self.main = main
    self.elementwise = elementwise
    chunks = main.chunks
    scratchCount = max(main.scratchCount, elementwise.scratchCount)
  }

  var parts: [any Step] { [main, elementwise] }
  var kind: String { "\(main.kind) with \(elementwise.kind)" }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    main.run(chunk: chunk, scratch: scratch)
    elementwise.run(main.outputRange(ofChunk: chunk)!, scratch: scratch)
  }
}
