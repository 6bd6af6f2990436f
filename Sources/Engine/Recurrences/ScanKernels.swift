import CKernels

/// Where a value of an element-wise kernel lies at the step at hand.
struct ScanOperand {
  enum Layout {
    case full
    /// Rows of so many numbers that stand so far apart.
    case apart(Int, Int)
    case row(Int)
    case column(Int)
  }

  let base: UnsafeMutablePointer<Float>
  let layout: Layout

  init(_ base: UnsafeMutablePointer<Float>, _ layout: Layout) {
    self.base = base
    self.layout = layout
  }
}

/// A cell's formulas as an element-wise kernel whose operands move from step to step; every chunk has
/// its own list of them, so that a run allocates nothing.
final class ScanKernels {
  private let leaves: [CellLeaf]
  /// The numbers of the formulas' results that the kernel writes.
  private let written: [Int]
  private let inputNumbers: [Int]
  private let inputs: UnsafeMutablePointer<gb_elementwise_input>
  private let outputs: UnsafeMutablePointer<gb_elementwise_output>
  private let constants: UnsafeMutablePointer<gb_elementwise_constant>
  private let instructions: UnsafeMutablePointer<gb_instruction>
  /// What leaves that are 0 everywhere read.
  private let zero: UnsafeMutablePointer<Float>
  private let kernel: gb_elementwise

  init(_ formulas: CellBody.Formulas, chunks: Int) {
    let code = formulas.code()
    leaves = formulas.leaves
    written = formulas.results.indices.filter { formulas.results[$0] != nil }
    inputNumbers = code.inputs.map(\.number)
    inputs = .allocate(capacity: max(1, chunks * code.inputs.count))
    outputs = .allocate(capacity: max(1, chunks * code.outputs.count))
    constants = .allocate(capacity: max(1, code.constants.count))
    instructions = .allocate(capacity: max(1, code.instructions.count))
    zero = .allocate(capacity: 1)
    zero.initialize(to: 0)
    for chunk in 0..<chunks {
      for (place, input) in code.inputs.enumerated() {
        (inputs + chunk * code.inputs.count + place).initialize(
          to: gb_elementwise_input(
            base: zero, layout: Int32(GB_SCALAR.rawValue), destination: input.register,
            columns: 1, stride: 0))
      }
      for (place, register) in code.outputs.enumerated() {
        (outputs + chunk * code.outputs.count + place).initialize(
          to: gb_elementwise_output(base: zero, source: register, columns: 1, stride: 0))
      }
    }
    for (place, constant) in code.constants.enumerated() {
      (constants + place).initialize(to: constant)
    }
    for (place, instruction) in code.instructions.enumerated() {
      (instructions + place).initialize(to: instruction)
    }
    kernel = gb_elementwise(
      inputs: inputs, constants: constants, instructions: instructions, outputs: outputs,
      input_count: Int32(code.inputs.count), constant_count: Int32(code.constants.count),
      instruction_count: Int32(code.instructions.count), output_count: Int32(code.outputs.count),
      register_count: code.registerCount)
  }

  /// Scratch for the kernel or a product, one after the other.
  func scratchCount(_ kernels: Kernels) -> Int {
    max(Int(kernel.register_count) * Int(gb_tile), Int(kernels.table.product_scratch))
  }

  /// - Parameters:
  ///   - input: where a leaf lies; nil where it is 0.
  ///   - output: where a result goes.
  func run(
    chunk: Int, count: Int, scratch: UnsafeMutablePointer<Float>, _ kernels: Kernels,
    input: (CellLeaf) -> ScanOperand?, output: (Int) -> ScanOperand
  ) {
    let inputs = inputs + chunk * inputNumbers.count
    let outputs = outputs + chunk * written.count
    for (place, number) in inputNumbers.enumerated() {
      let operand = input(leaves[number]) ?? ScanOperand(zero, .row(0))
      let (layout, columns, stride) = Self.layout(operand)
      inputs[place].base = UnsafePointer(operand.base)
      inputs[place].layout = Int32(layout.rawValue)
      (inputs[place].columns, inputs[place].stride) = (Int64(columns), Int64(stride))
    }
    for (place, result) in written.enumerated() {
      let operand = output(result)
      let (_, columns, stride) = Self.layout(operand)
      outputs[place].base = operand.base
      (outputs[place].columns, outputs[place].stride) = (Int64(columns), Int64(stride))
    }
    var moved = kernel
    moved.inputs = UnsafePointer(inputs)
    moved.outputs = UnsafePointer(outputs)
    kernels.table.elementwise(&moved, 0, Int64(count), scratch)
  }

  private static func layout(
    _ operand: ScanOperand
  ) -> (layout: gb_layout, columns: Int, stride: Int) {
    switch operand.layout {
    case .full: (GB_FULL, 1, 0)
    case .row(0): (GB_SCALAR, 1, 0)
    case .row(let columns): (GB_ROW, columns, 0)
    case .column(let columns): (GB_COLUMN, columns, 0)
    case .apart(let columns, let stride):
      columns == stride ? (GB_FULL, 1, 0) : (GB_ROWS_APART, columns, stride)
    }
  }

  deinit {
    inputs.deallocate()
    outputs.deallocate()
    constants.deallocate()
    instructions.deallocate()
    zero.deallocate()
  }
}
