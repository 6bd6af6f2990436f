import CKernels

/// One instruction.
func step(
  _ operation: gb_operation, _ destination: Int, _ a: Int, _ b: Int = 0, _ c: Int = 0,
  _ d: Int = 0
) -> gb_instruction {
  gb_instruction(
    operation: Int32(operation.rawValue), destination: Int32(destination), a: Int32(a),
    b: Int32(b), c: Int32(c), d: Int32(d))
}

/// A kernel with its memory, for tests: inputs and outputs are named by number, and an output may be
/// laid over the memory of an input.
struct ElementwiseRun {
  struct Input {
    var values: [Float]
    var layout: gb_layout = GB_FULL
    var columns = 1
    var stride = 0
    var register: Int
  }
  struct Output {
    var register: Int
    /// The input whose memory this output overwrites.
    var over: Int? = nil
    var columns = 1
    var stride = 0
  }
  var inputs: [Input]
  var constants: [(value: Float, register: Int)] = []
  var instructions: [gb_instruction]
  var outputs: [Output]
  var registers: Int

  /// The outputs, each `count` long, computed in the pieces that `cuts` gives.
  func run(_ kernels: gb_kernels, count: Int, cuts: [Int] = []) -> [[Float]] {
    var blocks = inputs.map { input in
      let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(input.values.count, 1))
      _ = block.update(fromContentsOf: input.values)
      return block
    }
    let inputCount = blocks.count
    for _ in outputs.filter({ $0.over == nil }) {
      let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(count, 1))
      block.initialize(repeating: .nan)
      blocks.append(block)
    }
    defer { for block in blocks { block.deallocate() } }
    var next = inputCount
    let places = outputs.map { output -> UnsafeMutableBufferPointer<Float> in
      if let over = output.over { return blocks[over] }
      defer { next += 1 }
      return blocks[next]
    }
    let laidInputs = inputs.indices.map { index in
      gb_elementwise_input(
        base: UnsafePointer(blocks[index].baseAddress!),
        layout: Int32(inputs[index].layout.rawValue),
        destination: Int32(inputs[index].register), columns: Int64(inputs[index].columns),
        stride: Int64(inputs[index].stride))
    }
    let laidConstants = constants.map {
      gb_elementwise_constant(value: $0.value, destination: Int32($0.register))
    }
    let laidOutputs = outputs.indices.map {
      gb_elementwise_output(
        base: places[$0].baseAddress!, source: Int32(outputs[$0].register),
        columns: Int64(outputs[$0].columns), stride: Int64(outputs[$0].stride))
    }
    laidInputs.withUnsafeBufferPointer { laidInputs in
      laidConstants.withUnsafeBufferPointer { laidConstants in
        instructions.withUnsafeBufferPointer { steps in
          laidOutputs.withUnsafeBufferPointer { laidOutputs in
            var kernel = gb_elementwise(
              inputs: laidInputs.baseAddress, constants: laidConstants.baseAddress,
              instructions: steps.baseAddress, outputs: laidOutputs.baseAddress,
              input_count: Int32(laidInputs.count), constant_count: Int32(laidConstants.count),
              instruction_count: Int32(steps.count), output_count: Int32(laidOutputs.count),
              register_count: Int32(registers))
            withScratch(registers * Int(gb_tile)) { scratch in
              var start = 0
              for end in cuts + [count] {
                kernels.elementwise(&kernel, Int64(start), Int64(end), scratch)
                start = end
              }
            }
          }
        }
      }
    }
    return places.map { Array($0.prefix(count)) }
  }
}
