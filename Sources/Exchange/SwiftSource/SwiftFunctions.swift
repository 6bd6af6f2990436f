/// The functions that written networks call, as texts of Swift: each one is in a package only if a network of it
/// calls it.
enum SwiftFunctions {
  private struct Function {
    let name: String
    let text: String
    /// The functions that it calls itself.
    var uses: [String] = []
  }

  private static let windows = windowTexts.map(Function.init)
  private static let inputs = inputTexts.map(Function.init)

  static var names: [String] { all.map(\.name) }

  /// The text of some functions and of all that these call.
  ///
  /// - Parameter library: the module of the C functions.
  static func text(of names: Set<String>, library: String) -> String {
    var wanted = names
    for function in all.reversed() where wanted.contains(function.name) {
      wanted.formUnion(function.uses)
    }
    let texts = all.filter { wanted.contains($0.name) }.map(\.text)
    return head.replacing("LIBRARY", with: library) + texts.map { "\n\($0)\n" }.joined()
  }

  private static let head = """
    // The few functions that the network is made of. Those with loops stay functions, so that a program with
    // many calls stays small.

    internal import LIBRARY

    typealias Numbers = UnsafePointer<Float>
    typealias Memory = UnsafeMutablePointer<Float>

    """

  /// In an order in which each calls only those before it.
  private static let all: [Function] =
    elements + products + reductions + movement + windows + inputs

  // MARK: Numbers

  private static let elements = [
    Function(name: "exp", text: "func exp(_ x: Float) -> Float { c_exp(x) }"),
    Function(name: "log", text: "func log(_ x: Float) -> Float { c_log(x) }"),
    Function(name: "tanh", text: "func tanh(_ x: Float) -> Float { c_tanh(x) }"),
    Function(name: "erf", text: "func erf(_ x: Float) -> Float { c_erf(x) }"),
    Function(name: "sqrt", text: "func sqrt(_ x: Float) -> Float { x.squareRoot() }"),
    Function(name: "abs", text: "func abs(_ x: Float) -> Float { x.magnitude }"),
    Function(
      name: "max",
      text: """
        /// The larger; not a number if either is not.
        func max(_ a: Float, _ b: Float) -> Float { a >= b || a != a ? a : b }
        """),
    Function(
      name: "min",
      text: """
        /// The smaller; not a number if either is not.
        func min(_ a: Float, _ b: Float) -> Float { a <= b || a != a ? a : b }
        """),
    Function(
      name: "fill",
      text: """
        /// A number for each place.
        @inline(__always) func fill(_ y: Memory, _ count: Int, _ value: (Int) -> Float) {
          for i in 0..<count { y[i] = value(i) }
        }

        /// A number for each place, by its number and that of its column.
        @inline(__always) func fill(
          _ y: Memory, rows: Int, columns: Int, _ value: (Int, Int) -> Float
        ) {
          for row in 0..<rows {
            for c in 0..<columns { y[row * columns + c] = value(row * columns + c, c) }
          }
        }
        """),
  ]

  // MARK: Products

  private static let products = [
    Function(
      name: "multiply",
      text: """
        /// y[r, c] = Σₖ a[r, k] · b[k, c].
        ///
        /// - Parameters:
        ///   - leftIsTurned: whether a is given as [k, r].
        ///   - leap: from a row of b to the next, if b is a part of something wider; y is too.
        @inline(never) func multiply(
          _ a: Numbers, _ b: Numbers, into y: Memory, rows: Int, inner: Int, columns: Int,
          leftIsTurned: Bool = false, leap: Int? = nil
        ) {
          let (row, next) = leftIsTurned ? (1, rows) : (inner, 1)
          let leap = leap ?? columns
          var r = 0
          while r + 4 <= rows {
            multiplyFour(
              a + r * row, row, next, b, leap, into: y + r * leap, inner: inner, columns: columns)
            r += 4
          }
          while r < rows {
            multiplyOne(
              a + r * row, next, b, leap, into: y + r * leap, inner: inner, columns: columns)
            r += 1
          }
        }

        /// One row: whole rows of b, one after the other, so that a large b is read once and in order.
        @inline(never) private func multiplyOne(
          _ a: Numbers, _ next: Int, _ b: Numbers, _ leap: Int, into y: Memory, inner: Int,
          columns: Int
        ) {
          for c in 0..<columns { y[c] = 0 }
          var k = 0
          while k + 4 <= inner {
            let a0 = a[k * next], a1 = a[(k + 1) * next], a2 = a[(k + 2) * next]
            let a3 = a[(k + 3) * next]
            let b0 = b + k * leap, b1 = b0 + leap, b2 = b1 + leap, b3 = b2 + leap
            for c in 0..<columns {
              let left = a0 * b0[c] + a1 * b1[c]
              y[c] += left + (a2 * b2[c] + a3 * b3[c])
            }
            k += 4
          }
          while k < inner {
            let a0 = a[k * next], b0 = b + k * leap
            for c in 0..<columns { y[c] += a0 * b0[c] }
            k += 1
          }
        }

        /// Four rows: eight columns at a time, whose sums stay in registers.
        @inline(never) private func multiplyFour(
          _ a: Numbers, _ row: Int, _ next: Int, _ b: Numbers, _ leap: Int, into y: Memory,
          inner: Int, columns: Int
        ) {
          var c = 0
          while c + 8 <= columns {
            var s0 = SIMD8<Float>(repeating: 0), s1 = s0, s2 = s0, s3 = s0
            for k in 0..<inner {
              let right = UnsafeRawPointer(b + k * leap + c).loadUnaligned(as: SIMD8<Float>.self)
              let left = a + k * next
              s0 += left[0] * right
              s1 += left[row] * right
              s2 += left[2 * row] * right
              s3 += left[3 * row] * right
            }
            let target = UnsafeMutableRawPointer(y + c)
            let stride = leap * MemoryLayout<Float>.stride
            target.storeBytes(of: s0, as: SIMD8<Float>.self)
            target.storeBytes(of: s1, toByteOffset: stride, as: SIMD8<Float>.self)
            target.storeBytes(of: s2, toByteOffset: 2 * stride, as: SIMD8<Float>.self)
            target.storeBytes(of: s3, toByteOffset: 3 * stride, as: SIMD8<Float>.self)
            c += 8
          }
          while c < columns {
            for r in 0..<4 {
              var sum: Float = 0
              for k in 0..<inner { sum += a[r * row + k * next] * b[k * leap + c] }
              y[r * leap + c] = sum
            }
            c += 1
          }
        }
        """)
  ]

  // MARK: Reductions

  private static let reductions = [
    Function(
      name: "sum",
      text: """
        /// The sums along the middle one of three axes.
        @inline(never) func sum(_ x: Numbers, into y: Memory, outer: Int, count: Int, inner: Int) {
          for i in 0..<outer * inner {
            let first = x + i / inner * count * inner + i % inner
            var total = 0.0
            for n in 0..<count { total += Double(first[n * inner]) }
            y[i] = Float(total)
          }
        }
        """),
    Function(
      name: "mean",
      text: """
        /// The means along the middle one of three axes.
        @inline(never) func mean(_ x: Numbers, into y: Memory, outer: Int, count: Int, inner: Int) {
          sum(x, into: y, outer: outer, count: count, inner: inner)
          for i in 0..<outer * inner { y[i] /= Float(count) }
        }
        """, uses: ["sum"]),
    Function(
      name: "largest",
      text: """
        /// The largest numbers along the middle one of three axes.
        @inline(never) func largest(_ x: Numbers, into y: Memory, outer: Int, count: Int, inner: Int) {
          for i in 0..<outer * inner {
            let first = x + i / inner * count * inner + i % inner
            var found = first[0]
            for n in 1..<count { found = max(found, first[n * inner]) }
            y[i] = found
          }
        }
        """, uses: ["max"]),
    Function(
      name: "placeOfLargest",
      text: """
        /// The places of the largest numbers along the middle one of three axes, the first of equals.
        @inline(never) func placeOfLargest(_ x: Numbers, into y: Memory, outer: Int, count: Int, inner: Int) {
          for i in 0..<outer * inner {
            let first = x + i / inner * count * inner + i % inner
            var found = 0
            for n in 1..<count where first[n * inner] > first[found * inner] { found = n }
            y[i] = Float(found)
          }
        }
        """),
    Function(
      name: "logSumExp",
      text: """
        /// ln Σ e^x along the middle one of three axes.
        @inline(never) func logSumExp(_ x: Numbers, into y: Memory, outer: Int, count: Int, inner: Int) {
          for i in 0..<outer * inner {
            let first = x + i / inner * count * inner + i % inner
            var largest = first[0]
            for n in 1..<count { largest = max(largest, first[n * inner]) }
            var total: Float = 0
            for n in 0..<count { total += exp(first[n * inner] - largest) }
            y[i] = largest + log(total)
          }
        }
        """, uses: ["max", "exp", "log"]),
    Function(
      name: "softmax",
      text: """
        /// The numbers of each row as probabilities: e^x ÷ Σ e^x.
        @inline(never) func softmax(_ x: Numbers, into y: Memory, rows: Int, columns: Int) {
          for row in 0..<rows {
            let (x, y) = (x + row * columns, y + row * columns)
            var largest = x[0]
            for c in 1..<columns { largest = max(largest, x[c]) }
            var total: Float = 0
            for c in 0..<columns {
              y[c] = exp(x[c] - largest)
              total += y[c]
            }
            for c in 0..<columns { y[c] /= total }
          }
        }
        """, uses: ["max", "exp"]),
    Function(
      name: "logSoftmax",
      text: """
        /// The logarithms of the probabilities of each row: x - ln Σ e^x.
        @inline(never) func logSoftmax(_ x: Numbers, into y: Memory, rows: Int, columns: Int) {
          for row in 0..<rows {
            let (x, y) = (x + row * columns, y + row * columns)
            logSumExp(x, into: y, outer: 1, count: columns, inner: 1)
            let total = y[0]
            for c in 0..<columns { y[c] = x[c] - total }
          }
        }
        """, uses: ["logSumExp"]),
  ]

  // MARK: Movement

  private static let movement = [
    Function(
      name: "move",
      text: """
        /// Numbers in another order. Of each axis: how many, how far apart they lie, and how far apart they shall.
        @inline(never) func move(_ x: Numbers, into y: Memory, _ axes: [(Int, Int, Int)]) {
          move(x, into: y, axes[...])
        }

        @inline(never) private func move(_ x: Numbers, into y: Memory, _ axes: ArraySlice<(Int, Int, Int)>) {
          guard let (count, from, to) = axes.first else { return y[0] = x[0] }
          if axes.count == 1 {
            for i in 0..<count { y[i * to] = x[i * from] }
          } else {
            for i in 0..<count { move(x + i * from, into: y + i * to, axes.dropFirst()) }
          }
        }
        """),
    Function(
      name: "gather",
      text: """
        /// Rows of a table; not a number for places that it does not have.
        @inline(never) func gather(
          _ table: Numbers, _ places: Numbers, into y: Memory, count: Int, rows: Int, width: Int
        ) {
          for i in 0..<count {
            let place = Int(exactly: places[i]) ?? -1
            for c in 0..<width {
              y[i * width + c] = place >= 0 && place < rows ? table[place * width + c] : Float.nan
            }
          }
        }
        """),
  ]
}
