import CKernels
import Engine
import Testing

/// How the values of a matrix lie in memory.
private enum Lie: CaseIterable {
  case rows, columns, spread

  func strides(_ rows: Int, _ columns: Int) -> (row: Int, column: Int) {
    switch self {
    case .rows: (columns + 3, 1)
    case .columns: (1, rows + 2)
    case .spread: (2 * columns + 5, 2)
    }
  }
}

@Suite struct ProductTests {
  private struct Case {
    var rows: Int, columns: Int, depth: Int
    var a: [Float], b: [Float]
    var aStrides: (row: Int, column: Int), bStrides: (row: Int, column: Int)

    init(_ rows: Int, _ columns: Int, _ depth: Int, _ aLie: Lie, _ bLie: Lie, seed: UInt64) {
      (self.rows, self.columns, self.depth) = (rows, columns, depth)
      var generator = RandomGenerator(seed: seed)
      aStrides = aLie.strides(rows, depth)
      bStrides = bLie.strides(depth, columns)
      // Exactly as long as the last element asks for: reading beyond is found by a memory checker.
      func last(_ strides: (row: Int, column: Int), _ rows: Int, _ columns: Int) -> Int {
        rows == 0 || columns == 0
          ? 0 : (rows - 1) * strides.row + (columns - 1) * strides.column + 1
      }
      a = generator.floats(last(aStrides, rows, depth))
      b = generator.floats(last(bStrides, depth, columns))
    }

    /// The product with rows and columns cut at the given places; what lies between c's rows stays.
    ///
    /// - Parameters:
    ///   - added: what c holds before, to be added to; nil where c is set.
    ///   - isLaid: is b laid out before?
    func product(
      _ kernels: gb_kernels, rowCuts: [Int] = [], columnCuts: [Int] = [],
      adding added: Float? = nil,
      isLaid: Bool = false
    ) -> [Float] {
      let cRow = columns + 1
      let block = Int(kernels.product_column_block)
      var laid = [Float](
        repeating: .nan, count: isLaid ? depth * ((columns + block - 1) / block * block) : 0)
      var c = [Float](repeating: 7, count: rows * cRow)
      if let added {
        for row in 0..<rows {
          for column in 0..<columns { c[row * cRow + column] = added }
        }
      }
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          c.withUnsafeMutableBufferPointer { c in
            var product = gb_product(
              a: a.baseAddress, b: b.baseAddress, c: c.baseAddress, rows: Int64(rows),
              columns: Int64(columns), depth: Int64(depth), a_row_stride: Int64(aStrides.row),
              a_depth_stride: Int64(aStrides.column), b_depth_stride: Int64(bStrides.row),
              b_column_stride: Int64(bStrides.column), c_row_stride: Int64(cRow),
              adds: added != nil,
              b_laid: nil)
            laid.withUnsafeMutableBufferPointer { laid in
              if isLaid {
                kernels.lay(&product, laid.baseAddress)
                product.b_laid = UnsafePointer(laid.baseAddress)
              }
              withScratch(Int(kernels.product_scratch)) { scratch in
                let rowEnds = [0] + rowCuts + [rows]
                let columnEnds = [0] + columnCuts + [columns]
                for r in 1..<rowEnds.count {
                  for j in 1..<columnEnds.count {
                    kernels.product(
                      &product, Int64(rowEnds[r - 1]), Int64(rowEnds[r]), Int64(columnEnds[j - 1]),
                      Int64(columnEnds[j]), scratch)
                  }
                }
              }
            }
          }
        }
      }
      #expect((0..<rows).allSatisfy { c[$0 * cRow + columns] == 7 }, "written outside c")
      return (0..<rows).flatMap { c[$0 * cRow..<$0 * cRow + columns] }
    }

    /// Whether each element lies within 1e-5 of Σ|a·b| of its definition in Double.
    func matches(_ found: [Float]) -> Bool {
      for i in 0..<rows {
        for j in 0..<columns {
          var (sum, size) = (0.0, 0.0)
          for k in 0..<depth {
            let term =
              Double(a[i * aStrides.row + k * aStrides.column])
              * Double(b[k * bStrides.row + j * bStrides.column])
            sum += term
            size += abs(term)
          }
          if !(abs(Double(found[i * columns + j]) - sum) <= 1e-5 * size) { return false }
        }
      }
      return true
    }
  }

  @Test func shapesAndStrides() {
    var generator = RandomGenerator(seed: 11)
    let edges = [
      1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 64, 100,
    ]
    let depths = [1, 2, 3, 8, 9, 17, 255, 256, 257, 300, 520]
    for kernels in kernelSets {
      for aLie in Lie.allCases {
        for bLie in Lie.allCases {
          for _ in 0..<40 {
            let rows = edges[generator.below(edges.count)]
            let columns = edges[generator.below(edges.count)]
            let depth = depths[generator.below(depths.count)]
            let product = Case(rows, columns, depth, aLie, bLie, seed: generator.next())
            let found = product.product(kernels)
            #expect(
              product.matches(found), "\(kernels.title) \(rows)×\(columns)×\(depth) \(aLie) \(bLie)"
            )
          }
        }
      }
    }
  }

  @Test func everySmallShape() {
    for kernels in kernelSets {
      for rows in 1...18 {
        for columns in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 50] {
          for lie in [Lie.rows, .columns] {
            let product = Case(rows, columns, 5, lie, lie, seed: UInt64(rows * 100 + columns))
            #expect(
              product.matches(product.product(kernels)), "\(kernels.title) \(rows)×\(columns)")
          }
        }
      }
    }
  }

  @Test func moreThanIsPackedAtOnce() {
    for kernels in kernelSets {
      for lie in Lie.allCases {
        for (rows, columns) in [(401, 37), (13, 1500), (200, 1009)] {
          let product = Case(rows, columns, 270, lie, lie, seed: 5)
          #expect(
            product.matches(product.product(kernels)), "\(kernels.title) \(rows)×\(columns) \(lie)")
        }
      }
    }
  }

  /// Products of one row or one column, some of which are dot products.
  @Test func vectors() {
    for kernels in kernelSets {
      for (aLie, bLie) in [(Lie.rows, Lie.columns), (.rows, .rows), (.columns, .columns)] {
        for depth in [1, 3, 8, 31, 32, 33, 100, 784, 1000] {
          for (rows, columns) in [(1, 1), (1, 2), (1, 13), (13, 1), (64, 1), (1, 128)] {
            let product = Case(rows, columns, depth, aLie, bLie, seed: UInt64(depth))
            #expect(
              product.matches(product.product(kernels)),
              "\(kernels.title) \(rows)×\(columns)×\(depth) \(aLie) \(bLie)")
          }
        }
      }
    }
  }

  /// Neither the cutting of c nor where its operands lie changes a bit.
  @Test func cutsDoNotChangeBits() {
    var generator = RandomGenerator(seed: 12)
    for kernels in kernelSets {
      for aLie in Lie.allCases {
        for bLie in Lie.allCases {
          for (rows, columns) in [(40, 70), (3, 130), (70, 3), (200, 17), (1, 130), (130, 1)] {
            let product = Case(rows, columns, 300, aLie, bLie, seed: 9)
            let whole = product.product(kernels)
            for _ in 0..<4 {
              let rowCuts = [generator.below(rows), generator.below(rows)].sorted()
              let columnCuts = [generator.below(columns), generator.below(columns)].sorted()
              let parts = product.product(kernels, rowCuts: rowCuts, columnCuts: columnCuts)
              #expect(
                parts.bits == whole.bits,
                "\(kernels.title) \(aLie) \(bLie) \(rowCuts) \(columnCuts)")
            }
          }
        }
      }
    }
  }

  /// Laid out before, b gives the same bits, however c is cut; where the parts' columns do not begin
  /// with a panel, it is read as it is.
  @Test func aLaidOperandChangesNoBit() {
    for kernels in kernelSets {
      for lie in Lie.allCases {
        for (rows, columns, depth) in [(40, 70, 300), (3, 130, 20), (32, 16, 513), (9, 1100, 3)] {
          let product = Case(rows, columns, depth, .rows, lie, seed: 4)
          let whole = product.product(kernels)
          let laid = product.product(kernels, isLaid: true)
          #expect(laid.bits == whole.bits, "\(kernels.title) \(rows)×\(columns) \(lie)")
          let block = Int(kernels.product_column_block)
          let cuts = [min(block, columns), min(block + 1, columns)]
          let parts = product.product(kernels, rowCuts: [rows / 2], columnCuts: cuts, isLaid: true)
          #expect(parts.bits == whole.bits, "\(kernels.title) \(rows)×\(columns) \(lie) in parts")
        }
      }
    }
  }

  @Test func addsToWhatIsThere() {
    for kernels in kernelSets {
      for (rows, columns, depth) in [(1, 1, 5), (1, 40, 9), (7, 1, 33), (40, 70, 300), (5, 6, 0)] {
        for lie in Lie.allCases {
          let product = Case(rows, columns, depth, .rows, lie, seed: 6)
          let alone = product.product(kernels)
          let sums = product.product(kernels, adding: 0.5)
          for (sum, number) in zip(sums, alone) {
            #expect(abs(sum - (number + 0.5)) <= 1e-4, "\(kernels.title) \(rows)×\(columns) \(lie)")
          }
        }
      }
    }
  }

  @Test func noDepthGivesZeros() {
    for kernels in kernelSets {
      #expect(
        Case(3, 5, 0, .rows, .rows, seed: 1).product(kernels) == [Float](repeating: 0, count: 15))
    }
  }

  @Test func notANumberAndInfinityPass() {
    for kernels in kernelSets {
      var product = Case(9, 20, 30, .rows, .rows, seed: 3)
      product.a[product.aStrides.row * 4 + 2] = .nan
      product.b[product.bStrides.row * 7 + 11] = .infinity
      let found = product.product(kernels)
      for i in 0..<9 {
        for j in 0..<20 {
          if i == 4 { #expect(found[i * 20 + j].isNaN) }
          if i != 4 && j != 11 { #expect(found[i * 20 + j].isFinite) }
        }
      }
    }
  }
}
