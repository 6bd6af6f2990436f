extension Ops.RecurrentScan {
  /// An instance and where its inputs come from.
  static func example(
    _ cell: RecurrentCell, steps: Int = 3, batch: Int = 2, units: Int = 3,
    isReversed: Bool = false
  ) -> OpExample {
    let width = cell.gates * units
    var inputs: [OpExample.Input] = [
      .numbers(TensorShape([batch, steps, 2]), in: -2...2),
      .numbers(TensorShape([2, width]), in: -1...1),
      .numbers(TensorShape([units, width]), in: -1...1),
    ]
    if cell.hasBias {
      inputs.append(.numbers(TensorShape(cell.biasRows == 2 ? [2, width] : [width]), in: -1...1))
    }
    if cell.isMasked { inputs.append(.indices(TensorShape([steps, batch]), below: 2)) }
    return OpExample(Ops.RecurrentScan(cell, isReversed: isReversed), inputs: inputs)
  }
}

extension Ops.RecurrentScanGradient {
  /// The way back of an example's scan, with a gradient of its outputs.
  static func example(of example: OpExample) -> OpExample {
    guard let scan = example.op as? Ops.RecurrentScan,
      case .numbers(let sequences, _, _) = example.inputs[0],
      case .numbers(let kernel, _, _) = example.inputs[2]
    else { return example }
    let (batch, steps, units) = (sequences[0], sequences[1], kernel[0])
    let walk = Ops.RecurrentScanGradient(scan, given: Part(slots: 0..<1, steps: 0..<steps))
    let kept = TensorShape([scan.body.slots, steps, batch, units])
    return OpExample(
      walk,
      inputs: [
        .numbers(kept, in: 0.1...0.9), example.inputs[2],
        .numbers(TensorShape([1, steps, batch, units]), in: -1...1),
      ] + (scan.cell.isMasked ? [example.inputs[example.inputs.count - 1]] : []))
  }
}

extension Ops.RecurrentWeightGradient {
  /// The gradients of what an example's scan reads.
  static func example(of scan: OpExample, reachesInput: Bool) -> OpExample {
    let walked = Ops.RecurrentScanGradient.example(of: scan)
    guard let walk = walked.op as? Ops.RecurrentScanGradient else { return scan }
    let op = Ops.RecurrentWeightGradient(deltas: walk, reachesInput: reachesInput)
    let first = 1 + op.ownInputs
    return OpExample(
      op,
      inputs: [.made(by: walk, of: walked.inputs.indices.map { first + $0 })]
        + scan.inputs.prefix(op.ownInputs) + walked.inputs)
  }
}

extension Ops.JoinedScanGradient {
  /// Both in one, for the same inputs.
  static func example(of weights: OpExample) -> OpExample {
    guard let op = weights.op as? Ops.RecurrentWeightGradient else { return weights }
    return OpExample(
      Ops.JoinedScanGradient(weights: op), inputs: Array(weights.inputs.dropFirst()))
  }
}
