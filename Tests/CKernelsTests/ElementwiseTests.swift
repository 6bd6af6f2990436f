import CKernels
import Engine
import Testing

@Suite struct ElementwiseTests {
  static let counts = [1, 2, 7, 8, 9, 31, 511, 512, 513, 1024, 1300]

  /// Every operation against its definition, with NaN, infinities and both zeros among the operands.
  @Test func operationsFollowTheirDefinitions() {
    var generator = RandomGenerator(seed: 1)
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 1, -1]
    let count = 700
    var (a, b) = (generator.floats(count), generator.floats(count))
    for i in 0..<49 { (a[i], b[i]) = (special[i / 7], special[i % 7]) }
    let (c, d) = (generator.floats(count), generator.floats(count))
    let definitions: [(gb_operation, (Float, Float, Float, Float) -> Float)] = [
      (GB_COPY, { a, _, _, _ in a }), (GB_ADD, { a, b, _, _ in a + b }),
      (GB_SUBTRACT, { a, b, _, _ in a - b }), (GB_MULTIPLY, { a, b, _, _ in a * b }),
      (GB_DIVIDE, { a, b, _, _ in a / b }),
      (GB_MAXIMUM, { a, b, _, _ in a >= b || a.isNaN ? a : b }),
      (GB_MINIMUM, { a, b, _, _ in a <= b || a.isNaN ? a : b }), (GB_NEGATE, { a, _, _, _ in -a }),
      (GB_ABSOLUTE, { a, _, _, _ in abs(a) }), (GB_SQUARE_ROOT, { a, _, _, _ in a.squareRoot() }),
      (GB_SELECT_GREATER, { a, b, c, d in a > b ? c : d }),
    ]
    for kernels in kernelSets {
      let fuses = kernels.title != "portable"
      let multiplyAdd = { (a: Float, b: Float, c: Float) in
        fuses ? c.addingProduct(a, b) : a * b + c
      }
      let fused: [(gb_operation, (Float, Float, Float, Float) -> Float)] = [
        (GB_MULTIPLY_ADD, { a, b, c, _ in multiplyAdd(a, b, c) }),
        (GB_MULTIPLY_SUBTRACT, { a, b, c, _ in multiplyAdd(a, b, -c) }),
        (GB_SUBTRACT_PRODUCT, { a, b, c, _ in multiplyAdd(-a, b, c) }),
        (GB_SUM_OF_PRODUCTS, { a, b, c, d in multiplyAdd(c, d, a * b) }),
        (GB_DIVIDE_BY_ROOT, { a, b, c, _ in a / (b.squareRoot() + c) }),
      ]
      for (operation, definition) in definitions + fused {
        let run = ElementwiseRun(
          inputs: [a, b, c, d].enumerated().map { .init(values: $1, register: $0) },
          instructions: [step(operation, 4, 0, 1, 2, 3)], outputs: [.init(register: 4)],
          registers: 5)
        let found = run.run(kernels, count: count)[0]
        for i in 0..<count {
          let expected = definition(a[i], b[i], c[i], d[i])
          let same = expected.isNaN ? found[i].isNaN : found[i].bitPattern == expected.bitPattern
          if !same {
            Issue.record("\(kernels.title) \(operation.rawValue) \(a[i]) \(b[i]): \(found[i])")
          }
        }
      }
    }
  }

  /// The logistic function as one instruction has the bits of its four.
  @Test func logisticEqualsItsParts() {
    var generator = RandomGenerator(seed: 9)
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 89, -89, -104]
    let x = special + generator.floats(700).map { $0 * 20 }
    for kernels in kernelSets {
      let run = ElementwiseRun(
        inputs: [.init(values: x, register: 0)], constants: [(1, 1)],
        instructions: [
          step(GB_NEGATE, 2, 0), step(GB_EXPONENTIAL, 2, 2), step(GB_ADD, 2, 1, 2),
          step(GB_DIVIDE, 2, 1, 2), step(GB_LOGISTIC, 3, 0),
        ], outputs: [.init(register: 2), .init(register: 3)], registers: 4)
      let found = run.run(kernels, count: x.count)
      for (parts, one) in zip(found[0], found[1]) {
        #expect(parts.bitPattern == one.bitPattern || (parts.isNaN && one.isNaN))
      }
    }
  }

  /// An operand that is one number for all elements gives the bits of a tile full of it, and what is
  /// computed from such operands alone is right in every tile and as an output.
  @Test func uniformOperands() {
    var generator = RandomGenerator(seed: 5)
    let count = 700
    let values = (0..<4).map { _ in generator.floats(count) }
    for kernels in kernelSets {
      for operation in 0..<Int32(GB_OPERATION_COUNT.rawValue) {
        for uniform in 0..<16 {
          func run(_ layout: gb_layout) -> [Float] {
            ElementwiseRun(
              inputs: values.indices.map { place in
                uniform >> place & 1 == 0
                  ? .init(values: values[place], register: place)
                  : .init(
                    values: layout == GB_SCALAR
                      ? [values[place][3]]
                      : [Float](repeating: values[place][3], count: count),
                    layout: layout, register: place)
              },
              instructions: [
                step(gb_operation(UInt32(operation)), 4, 0, 1, 2, 3), step(GB_ADD, 5, 4, 0),
              ], outputs: [.init(register: 4), .init(register: 5)], registers: 6
            ).run(kernels, count: count, cuts: [300]).flatMap { $0 }
          }
          #expect(
            run(GB_SCALAR).bits == run(GB_FULL).bits, "\(kernels.title) \(operation) \(uniform)")
        }
      }
    }
  }

  @Test func layouts() {
    var generator = RandomGenerator(seed: 2)
    for kernels in kernelSets {
      for count in Self.counts {
        for columns in [1, 2, 3, 10, 128, 511, 512, 700, 5000] {
          let rows = (count + columns - 1) / columns
          let full = generator.floats(count)
          let scalar = generator.floats(1)
          let row = generator.floats(columns)
          let column = generator.floats(rows)
          // ((full + row) + column) + scalar + constant
          let run = ElementwiseRun(
            inputs: [
              .init(values: full, register: 0),
              .init(values: row, layout: GB_ROW, columns: columns, register: 1),
              .init(values: column, layout: GB_COLUMN, columns: columns, register: 2),
              .init(values: scalar, layout: GB_SCALAR, register: 3),
            ], constants: [(0.25, 4)],
            instructions: [
              step(GB_ADD, 5, 0, 1), step(GB_ADD, 5, 5, 2), step(GB_ADD, 5, 5, 3),
              step(GB_ADD, 5, 5, 4),
            ], outputs: [.init(register: 5)], registers: 6)
          let expected = (0..<count).map { i in
            full[i] + row[i % columns] + column[i / columns] + scalar[0] + 0.25
          }
          let cuts = [count / 3, count / 2 + 1].filter { $0 < count }
          #expect(run.run(kernels, count: count)[0].bits == expected.bits, "\(count) \(columns)")
          #expect(run.run(kernels, count: count, cuts: cuts)[0].bits == expected.bits)
        }
      }
    }
  }

  /// Rows that stand apart, among inputs and outputs, with tiles that fit into a row and others.
  @Test func rowsApart() {
    var generator = RandomGenerator(seed: 6)
    for kernels in kernelSets {
      for (rows, columns) in [
        (3, 1), (5, 3), (4, 24), (7, 64), (3, 96), (2, 128), (3, 300), (2, 512),
      ] {
        let (count, stride) = (rows * columns, columns * 2 + 1)
        let full = generator.floats(count)
        let apart = generator.floats(rows * stride)
        let run = ElementwiseRun(
          inputs: [
            .init(values: full, register: 0),
            .init(
              values: apart, layout: GB_ROWS_APART, columns: columns, stride: stride, register: 1),
            .init(values: apart, layout: GB_FULL, register: 3),
          ],
          instructions: [step(GB_ADD, 2, 0, 1), step(GB_MULTIPLY, 4, 2, 1)],
          outputs: [
            .init(register: 2),
            .init(register: 4, over: 2, columns: columns, stride: stride),
          ], registers: 5)
        for cuts in [[], [count / 3, count / 2 + 1].filter { $0 < count }] {
          let found = run.run(kernels, count: count, cuts: cuts)
          let values = (0..<count).map { apart[$0 / columns * stride + $0 % columns] }
          let sums = zip(full, values).map { $0 + $1 }
          #expect(found[0].bits == sums.bits, "\(kernels.title) \(rows) × \(columns)")
          var expected = apart
          for (place, sum) in sums.enumerated() {
            expected[place / columns * stride + place % columns] = sum * values[place]
          }
          // The test reads as many as there are elements, the gaps between the rows included.
          #expect(found[1].bits == expected.prefix(count).map(\.self).bits)
        }
      }
    }
  }

  @Test func cutsDoNotChangeBits() {
    var generator = RandomGenerator(seed: 3)
    let count = 2000
    let x = generator.floats(count)
    let y = generator.floats(count)
    // tanh(exp(x)·y) + erf(y)·log|x|, then divided by itself plus one
    let run = ElementwiseRun(
      inputs: [.init(values: x, register: 0), .init(values: y, register: 1)], constants: [(1, 2)],
      instructions: [
        step(GB_EXPONENTIAL, 3, 0), step(GB_MULTIPLY, 3, 3, 1),
        step(GB_HYPERBOLIC_TANGENT, 3, 3), step(GB_ERROR_FUNCTION, 4, 1),
        step(GB_ABSOLUTE, 5, 0), step(GB_LOGARITHM, 5, 5),
        step(GB_MULTIPLY, 4, 4, 5), step(GB_ADD, 3, 3, 4), step(GB_ADD, 5, 3, 2),
        step(GB_DIVIDE, 6, 3, 5),
      ], outputs: [.init(register: 6), .init(register: 3)], registers: 7)
    for kernels in kernelSets {
      let whole = run.run(kernels, count: count)
      for _ in 0..<20 {
        let cuts = (0..<6).map { _ in generator.below(count) }.sorted()
        let parts = run.run(kernels, count: count, cuts: cuts)
        #expect(parts.map(\.bits) == whole.map(\.bits), "\(kernels.title) \(cuts)")
      }
    }
  }

  /// Memory shared by inputs and outputs in every way that a program may share it gives the same
  /// values as memory of their own.
  @Test func outputsMayOverwriteInputs() {
    var generator = RandomGenerator(seed: 4)
    typealias Output = ElementwiseRun.Output
    let steps: [(String, [gb_instruction], [Output])] = [
      ("in place", [step(GB_ADD, 2, 0, 1)], [.init(register: 2, over: 0)]),
      (
        "input read after the output begins",
        [step(GB_ADD, 2, 0, 1), step(GB_MULTIPLY, 3, 2, 0)],
        [.init(register: 2, over: 0), .init(register: 3)]
      ),
      (
        "input read through a chain written over it",
        [
          step(GB_EXPONENTIAL, 2, 0), step(GB_ADD, 2, 2, 1),
          step(GB_SUBTRACT, 2, 2, 0),
        ],
        [.init(register: 2, over: 0)]
      ),
      ("swap", [], [.init(register: 1, over: 0), .init(register: 0, over: 1)]),
      (
        "swap through copies",
        [step(GB_COPY, 2, 0), step(GB_COPY, 3, 1)],
        [.init(register: 2, over: 1), .init(register: 3, over: 0)]
      ),
      ("an input is an output", [], [.init(register: 0), .init(register: 0)]),
      (
        "an input is an output and is overwritten by another",
        [step(GB_ADD, 2, 0, 1)], [.init(register: 2, over: 0), .init(register: 0)]
      ),
      (
        "one register feeds two outputs",
        [step(GB_ADD, 2, 0, 1)],
        [.init(register: 2, over: 1), .init(register: 2), .init(register: 2, over: 0)]
      ),
      ("a constant is an output", [], [.init(register: 4, over: 0)]),
      (
        "an instruction overwrites the register of an input",
        [step(GB_ADD, 0, 0, 1), step(GB_MULTIPLY, 2, 0, 0)],
        [.init(register: 2), .init(register: 0, over: 1)]
      ),
      (
        "an instruction overwrites the register of a constant",
        [step(GB_ADD, 4, 4, 1)], [.init(register: 4, over: 1)]
      ),
    ]
    for kernels in kernelSets {
      for (name, instructions, outputs) in steps {
        for count in Self.counts {
          var run = ElementwiseRun(
            inputs: [
              .init(values: generator.floats(count), register: 0),
              .init(values: generator.floats(count), register: 1),
            ], constants: [(3, 4)], instructions: instructions, outputs: outputs, registers: 5)
          let shared = run.run(kernels, count: count)
          let sharedInParts = run.run(kernels, count: count, cuts: [count / 3])
          run.outputs = outputs.map { .init(register: $0.register) }
          let apart = run.run(kernels, count: count)
          #expect(shared.map(\.bits) == apart.map(\.bits), "\(kernels.title) \(name) \(count)")
          #expect(
            sharedInParts.map(\.bits) == apart.map(\.bits), "\(kernels.title) \(name) \(count)")
        }
      }
    }
  }
}
