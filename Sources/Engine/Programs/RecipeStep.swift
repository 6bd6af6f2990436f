import CKernels

/// A recipe with the memory it reads and writes.
final class BoundRecipe {
  /// An input as it lies in memory.
  struct Operand {
    /// nil for the block that a matrix product has just made.
    let base: UnsafeMutablePointer<Float>?
    let layout: gb_layout
    let columns: Int
  }

  private let inputs: UnsafeMutableBufferPointer<gb_recipe_input>
  private let constants: UnsafeMutableBufferPointer<gb_recipe_constant>
  private let instructions: UnsafeMutableBufferPointer<gb_instruction>
  private let outputs: UnsafeMutableBufferPointer<gb_recipe_output>
  private let recipe: gb_recipe
  private let kernels: Kernels
  /// Elements of each output.
  let count: Int
  let scratchCount: Int

  init(
    _ code: RecipeCode.Code, operands: [Operand],
    outputs destinations: [UnsafeMutablePointer<Float>],
    count: Int, kernels: Kernels
  ) {
    inputs = .copying(
      code.inputs.map { number, register in
        gb_recipe_input(
          base: operands[number].base, layout: Int32(operands[number].layout.rawValue),
          destination: register, columns: Int64(operands[number].columns))
      })
    constants = .copying(code.constants)
    instructions = .copying(code.instructions)
    outputs = .copying(
      zip(destinations, code.outputs).map { gb_recipe_output(base: $0, source: $1) })
    recipe = gb_recipe(
      inputs: inputs.baseAddress, constants: constants.baseAddress,
      instructions: instructions.baseAddress, outputs: outputs.baseAddress,
      input_count: Int32(inputs.count), constant_count: Int32(constants.count),
      instruction_count: Int32(instructions.count), output_count: Int32(outputs.count),
      register_count: code.registerCount)
    self.kernels = kernels
    self.count = count
    scratchCount = Int(code.registerCount) * Int(gb_tile)
  }

  /// Elements `range` of the outputs.
  func run(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: recipe) {
      kernels.table.recipe($0, Int64(range.lowerBound), Int64(range.upperBound), scratch)
    }
  }

  /// The same, with the open input at `block`, as if the block were a part of a whole tensor there.
  func run(
    _ range: Range<Int>, block: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: gb_recipe_input.self, capacity: inputs.count) { filled in
      for (place, input) in inputs.enumerated() {
        filled[place] = input
        if input.base == nil { filled[place].base = UnsafePointer(block) }
      }
      var recipe = recipe
      recipe.inputs = UnsafePointer(filled.baseAddress)
      withUnsafePointer(to: recipe) {
        kernels.table.recipe($0, Int64(range.lowerBound), Int64(range.upperBound), scratch)
      }
    }
  }

  deinit {
    inputs.deallocate()
    constants.deallocate()
    instructions.deallocate()
    outputs.deallocate()
  }
}

/// Runs one recipe over all elements of its outputs, in chunks.
final class RecipeStep: Step {
  private let recipe: BoundRecipe
  let chunks: Int
  var scratchCount: Int { recipe.scratchCount }
  private static let perChunk = 16_384

  init(_ recipe: BoundRecipe) {
    self.recipe = recipe
    chunks = (recipe.count + Self.perChunk - 1) / Self.perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let start = chunk * Self.perChunk
    recipe.run(start..<min(recipe.count, start + Self.perChunk), scratch: scratch)
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate static func copying(_ elements: [Element]) -> Self {
    let buffer = allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }
}
