import CKernels

extension Ops {
  /// The largest cell of each window, channel by channel.
  ///
  /// y[n, p, q, c] = max over i, j of x[n, row, column, c]; cells outside the image do not count.
  /// ∂y/∂x is 1 at the first cell, row by row, that is the largest, else 0.
  package struct MaxPool: CompiledOp {
    package static let name = "max pool"

    package var window: Window

    /// Settings are checked when it is called.
    package init(_ window: Window) { self.window = window }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1 else {
        throw Problem.shape(
          Self.name, expected: "images", found: inputs.map(\.description).joined(separator: " and ")
        )
      }
      return try window.poolShape(over: inputs)
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let x = inputs[0]
      let cells = window.cells(cell, of: window.pooled(x.shape), over: x.shape)
      return cells.dropFirst().reduce(x[flat: cells[0]]) { N.max($0, x[flat: $1]) }
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(MaxPoolGradient(window)(backward.inputs[0], backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.inputShapes[0], call.outputShape)
      let (x, y, table) = (call.inputs[0], call.output, call.kernels.table)
      return [
        WindowStep(geometry, over: .outputRows, work: geometry.poolWork) { window, range, _ in
          table.max_pool(window, x, y, range.lowerBound, range.upperBound)
        }
      ]
    }

    package static let examples = Window.poolExamples.map { window, images in
      OpExample(MaxPool(window), .numbers(images, in: -2...2))
    }
  }
}

extension Window {
  /// The shape of a pool of images that fit.
  func pooled(_ images: TensorShape) -> TensorShape {
    TensorShape([images[0], rows.count(over: images[1]), columns.count(over: images[2]), images[3]])
  }

  /// Where a window has its largest cell, the first of equals; not-a-number is larger than all.
  func largest<N: NumericScalar>(_ cells: [Int], _ x: Elements<N>) -> Int {
    cells.dropFirst().reduce(cells[0]) { best, cell in
      let (old, new) = (x[flat: best].real, x[flat: cell].real)
      return new > old || (new.isNaN && !old.isNaN) ? cell : best
    }
  }

  /// Windows and images on which pools are checked.
  static let poolExamples: [(Window, TensorShape)] = [
    (same([2, 2], [2, 2], [4, 5]), [2, 4, 5, 1]), (same([2, 2], [2, 2], [3, 5]), [1, 3, 5, 3]),
    (same([3, 2], [1, 2], [4, 4]), [1, 4, 4, 2]), (same([2, 2], [3, 3], [4, 5]), [1, 4, 5, 4]),
    (same([4, 5], [2, 2], [2, 3]), [1, 2, 3, 1]),
    (
      Window(rows: WindowAxis(size: 2, stride: 2), columns: WindowAxis(size: 3, stride: 1)),
      [1, 5, 4, 9]
    ),
  ]

  private static func same(_ size: [Int], _ stride: [Int], _ image: [Int]) -> Window {
    Window(
      rows: WindowAxis(size: size[0], stride: stride[0], coveringAll: image[0]),
      columns: WindowAxis(size: size[1], stride: stride[1], coveringAll: image[1]))
  }
}
