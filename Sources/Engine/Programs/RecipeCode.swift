import CKernels

/// Collects the formulas of fused element-wise ops into one list of instructions. Equal instructions
/// are written once, and registers are reused as soon as their value is no longer read.
struct RecipeCode {
  /// A value of the recipe.
  typealias Value = Int

  private enum Origin: Hashable {
    case input(Int)
    case constant(UInt32)
    case instruction(Recipe.Operation, [Value])
  }

  private var origins: [Origin] = []
  private var known: [Origin: Value] = [:]

  private mutating func value(_ origin: Origin) -> Value {
    if let value = known[origin] { return value }
    origins.append(origin)
    known[origin] = origins.count - 1
    return origins.count - 1
  }

  /// The input of a given number.
  mutating func input(_ number: Int) -> Value { value(.input(number)) }

  /// A constant.
  mutating func constant(_ number: Double) -> Value { value(.constant(Float(number).bitPattern)) }

  /// A formula whose inputs are these values.
  mutating func formula(_ term: Recipe.Term, _ inputs: [Value]) -> Value {
    switch term {
    case .input(let number): return inputs[number]
    case .constant(let bits): return value(.constant(bits))
    case .apply(let operation, let arguments):
      let values = arguments.map { formula($0, inputs) }
      if operation == .multiply {
        let one = Origin.constant(Float(1).bitPattern)
        if origins[values[0]] == one { return values[1] }
        if origins[values[1]] == one { return values[0] }
      }
      return value(.instruction(operation, values))
    }
  }

  /// Instructions with registers.
  struct Code {
    var instructions: [gb_instruction] = []
    /// Register by input number; only inputs that are read.
    var inputs: [(number: Int, register: Int32)] = []
    var constants: [gb_recipe_constant] = []
    /// Register of each output.
    var outputs: [Int32] = []
    var registerCount: Int32 = 0
  }

  /// Gives every value that the outputs need a register.
  func code(outputs: [Value]) -> Code {
    var lastUse = [Int](repeating: -1, count: origins.count)
    for output in outputs { lastUse[output] = .max }
    for value in origins.indices.reversed() where lastUse[value] >= 0 {
      guard case .instruction(_, let arguments) = origins[value] else { continue }
      for argument in arguments { lastUse[argument] = max(lastUse[argument], value) }
    }
    var code = Code()
    var registers = [Int32](repeating: 0, count: origins.count)
    var free: [Int32] = []
    for value in origins.indices where lastUse[value] >= 0 {
      switch origins[value] {
      case .input(let number):
        registers[value] = code.newRegister()
        code.inputs.append((number, registers[value]))
      case .constant(let bits):
        registers[value] = code.newRegister()
        code.constants.append(
          gb_recipe_constant(value: Float(bitPattern: bits), destination: registers[value]))
      case .instruction(let operation, let arguments):
        registers[value] = free.popLast() ?? code.newRegister()
        let r = (0..<4).map { $0 < arguments.count ? registers[arguments[$0]] : 0 }
        code.instructions.append(
          gb_instruction(
            operation: operation.rawValue, destination: registers[value], a: r[0], b: r[1],
            c: r[2], d: r[3]))
        for argument in Set(arguments) where lastUse[argument] == value {
          if case .instruction = origins[argument] { free.append(registers[argument]) }
        }
        free.sort(by: >)
      }
    }
    code.outputs = outputs.map { registers[$0] }
    return code
  }
}

extension RecipeCode.Code {
  fileprivate mutating func newRegister() -> Int32 {
    registerCount += 1
    return registerCount - 1
  }
}

/// Runs one recipe over all elements of its outputs, in chunks.
final class RecipeStep: Step {
  /// An input as it lies in memory.
  struct Operand {
    let base: UnsafeMutablePointer<Float>
    let layout: gb_layout
    let columns: Int
  }

  private let inputs: UnsafeMutableBufferPointer<gb_recipe_input>
  private let constants: UnsafeMutableBufferPointer<gb_recipe_constant>
  private let instructions: UnsafeMutableBufferPointer<gb_instruction>
  private let outputs: UnsafeMutableBufferPointer<gb_recipe_output>
  private let recipe: gb_recipe
  private let count: Int
  private let kernels: Kernels
  let chunks: Int
  let scratchCount: Int
  private static let perChunk = 16_384

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
    self.count = count
    self.kernels = kernels
    chunks = (count + Self.perChunk - 1) / Self.perChunk
    scratchCount = Int(code.registerCount) * Int(gb_tile)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let start = chunk * Self.perChunk
    withUnsafePointer(to: recipe) {
      kernels.table.recipe($0, Int64(start), Int64(min(count, start + Self.perChunk)), scratch)
    }
  }

  deinit {
    inputs.deallocate()
    constants.deallocate()
    instructions.deallocate()
    outputs.deallocate()
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate static func copying(_ elements: [Element]) -> Self {
    let buffer = allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }
}
