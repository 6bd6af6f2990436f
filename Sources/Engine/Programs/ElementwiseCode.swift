import CKernels

/// Collects the formulas of fused element-wise ops into one list of instructions. Equal instructions
/// are written once, and registers are reused as soon as their value is no longer read.
struct ElementwiseCode {
  /// A value of the kernel.
  typealias Value = Int

  private enum Origin: Hashable {
    case input(Int)
    case constant(UInt32)
    case instruction(ElementwiseKernel.Operation, [Value])
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
  mutating func formula(_ term: ElementwiseKernel.Term, _ inputs: [Value]) -> Value {
    switch term {
    case .input(let number): return inputs[number]
    case .constant(let bits): return value(.constant(bits))
    case .apply(let operation, let arguments):
      if let fused = multiplyAdd(operation, arguments, inputs) { return fused }
      let values = arguments.map { formula($0, inputs) }
      if operation == .multiply {
        if isOne(values[0]) { return values[1] }
        if isOne(values[1]) { return values[0] }
      }
      return value(.instruction(operation, values))
    }
  }

  private func isOne(_ value: Value) -> Bool {
    origins[value] == .constant(Float(1).bitPattern)
  }

  /// A sum or difference with a product in it, as one instruction with one rounding.
  ///
  /// Only within one formula, and whatever else needs the product: so an op has the same bits
  /// whichever ops share its kernel and whichever of its values are asked for.
  private mutating func multiplyAdd(
    _ operation: ElementwiseKernel.Operation, _ arguments: [ElementwiseKernel.Term],
    _ inputs: [Value]
  ) -> Value? {
    guard operation == .add || operation == .subtract else { return nil }
    for place in [1, 0] {
      guard case .apply(.multiply, let factors) = arguments[place] else { continue }
      let product = factors.map { formula($0, inputs) }
      // 1 · x is x, so nothing is rounded twice.
      if product.contains(where: isOne) { continue }
      let fused: ElementwiseKernel.Operation =
        operation == .add ? .multiplyAdd : place == 1 ? .subtractProduct : .multiplySubtract
      return value(.instruction(fused, product + [formula(arguments[1 - place], inputs)]))
    }
    return nil
  }

  /// Instructions with registers.
  struct Code {
    var instructions: [gb_instruction] = []
    /// Register by input number; only inputs that are read.
    var inputs: [(number: Int, register: Int32)] = []
    var constants: [gb_elementwise_constant] = []
    /// Register of each output.
    var outputs: [Int32] = []
    var registerCount: Int32 = 0
  }

  /// Gives every value that the outputs need a register.
  ///
  /// - Parameter uniformInputs: the inputs that are one number for all elements. What is computed
  ///   from them and constants alone keeps its register, so that it is computed once.
  func code(outputs: [Value], uniformInputs: Set<Int> = []) -> Code {
    let isUniform = uniformValues(uniformInputs)
    let origins = joined(outputs, isUniform)
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
          gb_elementwise_constant(value: Float(bitPattern: bits), destination: registers[value]))
      case .instruction(let operation, let arguments):
        // An output's register is its memory, which may be that of an input: written late, the
        // input need not be copied first.
        let keeps = isUniform[value] || lastUse[value] == .max
        registers[value] = (keeps ? nil : free.popLast()) ?? code.newRegister()
        let r = (0..<4).map { $0 < arguments.count ? registers[arguments[$0]] : 0 }
        code.instructions.append(
          gb_instruction(
            operation: operation.rawValue, destination: registers[value], a: r[0], b: r[1],
            c: r[2], d: r[3]))
        for argument in Set(arguments) where lastUse[argument] == value && !isUniform[argument] {
          if case .instruction = origins[argument] { free.append(registers[argument]) }
        }
        free.sort(by: >)
      }
    }
    code.outputs = outputs.map { registers[$0] }
    return code
  }

  /// Whether each value is one number for all elements.
  private func uniformValues(_ inputs: Set<Int>) -> [Bool] {
    var isUniform: [Bool] = []
    for origin in origins {
      switch origin {
      case .input(let number): isUniform.append(inputs.contains(number))
      case .constant: isUniform.append(true)
      case .instruction(_, let arguments):
        isUniform.append(arguments.allSatisfy { isUniform[$0] })
      }
    }
    return isUniform
  }

  /// The values with a·b + c·d, a ÷ (√b + c) and 1 ÷ (1 + e^-a) as one instruction each, where nothing
  /// else needs what is inside. The bits are the same; the tiles between are saved.
  private func joined(_ outputs: [Value], _ isUniform: [Bool]) -> [Origin] {
    var uses = [Int](repeating: 0, count: origins.count)
    for output in outputs { uses[output] += 1 }
    for value in origins.indices.reversed() where uses[value] > 0 {
      guard case .instruction(_, let arguments) = origins[value] else { continue }
      for argument in arguments { uses[argument] += 1 }
    }
    func inside(_ value: Value, _ operation: ElementwiseKernel.Operation) -> [Value]? {
      guard uses[value] == 1, !isUniform[value],
        case .instruction(operation, let arguments) = origins[value]
      else { return nil }
      return arguments
    }
    return origins.map { origin in
      switch origin {
      case .instruction(.multiplyAdd, let x):
        guard let product = inside(x[2], .multiply) else { return origin }
        return .instruction(.sumOfProducts, product + x[..<2])
      case .instruction(.divide, let x):
        guard let sum = inside(x[1], .add) else { return origin }
        for (root, other) in [(sum[0], sum[1]), (sum[1], sum[0])] {
          guard let squared = inside(root, .squareRoot) else { continue }
          return .instruction(.divideByRoot, [x[0], squared[0], other])
        }
        if isOne(x[0]), isOne(sum[0]), let power = inside(sum[1], .exponential),
          let negated = inside(power[0], .negate)
        {
          return .instruction(.logistic, negated)
        }
        return origin
      default: return origin
      }
    }
  }
}

extension ElementwiseCode.Code {
  fileprivate mutating func newRegister() -> Int32 {
    registerCount += 1
    return registerCount - 1
  }
}

/// Runs one element-wise kernel over all elements of its outputs, in chunks.
final class ElementwiseStep: Step {
  /// An input as it lies in memory.
  struct Operand {
    let base: UnsafeMutablePointer<Float>
    let layout: gb_layout
    let columns: Int
  }

  private let inputs: UnsafeMutableBufferPointer<gb_elementwise_input>
  private let constants: UnsafeMutableBufferPointer<gb_elementwise_constant>
  private let instructions: UnsafeMutableBufferPointer<gb_instruction>
  private let outputs: UnsafeMutableBufferPointer<gb_elementwise_output>
  private let kernel: gb_elementwise
  private let count: Int
  private let kernels: Kernels
  let chunks: Int
  let scratchCount: Int
  private static let perChunk = 16_384

  init(
    _ code: ElementwiseCode.Code, operands: [Operand],
    outputs destinations: [UnsafeMutablePointer<Float>],
    count: Int, kernels: Kernels
  ) {
    inputs = .copying(
      code.inputs.map { number, register in
        gb_elementwise_input(
          base: operands[number].base, layout: Int32(operands[number].layout.rawValue),
          destination: register, columns: Int64(operands[number].columns), stride: 0)
      })
    constants = .copying(code.constants)
    instructions = .copying(code.instructions)
    outputs = .copying(
      zip(destinations, code.outputs).map {
        gb_elementwise_output(base: $0, source: $1, columns: 1, stride: 0)
      })
    kernel = gb_elementwise(
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
    run(outputRange(ofChunk: chunk)!, scratch: scratch)
  }

  var kind: String { "element-wise kernel of \(instructions.count), \(count) elements" }

  func outputRange(ofChunk chunk: Int) -> Range<Int>? {
    chunk * Self.perChunk..<min(count, (chunk + 1) * Self.perChunk)
  }

  func run(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: kernel) {
      kernels.table.elementwise($0, Int64(range.lowerBound), Int64(range.upperBound), scratch)
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
