import Formatting
import Glassbox

/// Matrix products of the shapes that training and prediction of small networks ask for, squares and
/// odd ones: floating-point operations a second, in the engine as a program runs them.
struct ProductSpeeds: Encodable {
  struct Line: Encodable {
    let rows, columns, depth: Int
    /// The fastest of many runs, in 10⁹ operations a second; a multiply-add counts two.
    let gigaflops: Double
  }

  let workload = "gemm"
  let kernels: String
  let threads: Int
  let shapes: [Line]

  private static let sizes = [
    (32, 128, 784), (128, 784, 32), (32, 784, 128), (32, 10, 128), (128, 1024, 784),
    (784, 1024, 128), (128, 1024, 1024), (1, 128, 784), (64, 64, 576), (784, 64, 288),
    (676, 32, 9), (256, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (33, 129, 785),
    (7, 10, 3), (1, 1, 1000),
  ]

  /// - Parameter seconds: how long each shape is measured.
  init(threads: Int, seconds: Double) throws {
    let kernels = try Kernels.chosen()
    let pool = WorkerPool(threads: threads)
    self.kernels = kernels.name
    self.threads = threads
    shapes = try Self.sizes.map { rows, columns, depth in
      let graph = Graph()
      let a = try graph.input("a", shape: [rows, depth])
      let b = try graph.input("b", shape: [depth, columns])
      var generator = RandomGenerator(seed: 1)
      let program = try Program(
        graph, results: [Ops.MatrixProduct()(a, b)],
        store: VariableStore([], generator: &generator), kernels: kernels, pool: pool)
      for name in ["a", "b"] {
        for place in program.input(name)!.indices {
          program.input(name)![place] = Float(generator.uniform() - 0.5)
        }
      }
      let fastest = Self.fastest(for: seconds) { program.run() }
      return Line(
        rows: rows, columns: columns, depth: depth,
        gigaflops: 2e-9 * Double(rows) * Double(columns) * Double(depth) / fastest)
    }
  }

  /// Seconds of the fastest run; runs too short for the clock are timed in bundles.
  private static func fastest(for seconds: Double, _ run: () -> Void) -> Double {
    let clock = ContinuousClock()
    func time(_ repeats: Int) -> Double {
      let start = clock.now
      for _ in 0..<repeats { run() }
      return start.duration(to: clock.now).inSeconds
    }
    run()
    let repeats = max(1, Int(50e-6 / max(time(3) / 3, 1e-9)))
    var fastest = Double.infinity
    let end = clock.now + .seconds(seconds)
    repeat { fastest = min(fastest, time(repeats) / Double(repeats)) } while clock.now < end
    return fastest
  }

  /// The table for people.
  var text: String {
    "kernels \(kernels), threads \(threads)\n"
      + shapes.map {
        "\($0.rows) x \($0.columns), depth \($0.depth): \($0.gigaflops.text(decimals: 1)) GFLOP/s"
      }.joined(separator: "\n")
  }
}
