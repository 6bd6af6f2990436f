/// A step and the element-wise recipe that follows it: each chunk's results go through the recipe while
/// they are still in the innermost caches.
final class EpilogueStep: Step {
  private let main: any Step
  private let recipe: ElementwiseStep
  let chunks: Int
  let scratchCount: Int

  /// Nil if the chunks of the main step are not ranges of its output.
  init?(_ main: any Step, _ recipe: ElementwiseStep) {
    guard main.chunks > 0, main.outputRange(ofChunk: 0) != nil else { return nil }
    self.main = main
    self.recipe = recipe
    chunks = main.chunks
    scratchCount = max(main.scratchCount, recipe.scratchCount)
  }

  var parts: [any Step] { [main, recipe] }
  var kind: String { "\(main.kind) with \(recipe.kind)" }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    main.run(chunk: chunk, scratch: scratch)
    recipe.run(main.outputRange(ofChunk: chunk)!, scratch: scratch)
  }
}
