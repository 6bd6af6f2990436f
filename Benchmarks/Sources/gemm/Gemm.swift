import CKernels
import Glassbox
import Measuring

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Matrix products beside other libraries': one JSON object a shape, then one for all.
@main struct Gemm {
  struct Shape {
    let rows, columns, depth: Int
    var transposesA = false
    var transposesB = false
  }

  /// What training and prediction of small networks ask for, squares, and odd ones.
  static let shapes = [
    Shape(rows: 32, columns: 128, depth: 784),
    Shape(rows: 128, columns: 784, depth: 32, transposesA: true),
    Shape(rows: 784, columns: 128, depth: 32, transposesA: true),
    Shape(rows: 32, columns: 784, depth: 128, transposesB: true),
    Shape(rows: 32, columns: 10, depth: 128),
    Shape(rows: 128, columns: 10, depth: 32, transposesA: true),
    Shape(rows: 32, columns: 128, depth: 10, transposesB: true),
    Shape(rows: 128, columns: 1024, depth: 784),
    Shape(rows: 784, columns: 1024, depth: 128, transposesA: true),
    Shape(rows: 128, columns: 1024, depth: 1024),
    Shape(rows: 128, columns: 1024, depth: 1024, transposesB: true),
    Shape(rows: 1024, columns: 1024, depth: 128, transposesA: true),
    Shape(rows: 1, columns: 128, depth: 784),
    Shape(rows: 1, columns: 128, depth: 784, transposesB: true),
    Shape(rows: 64, columns: 64, depth: 576),
    Shape(rows: 784, columns: 64, depth: 288),
    Shape(rows: 676, columns: 32, depth: 9),
    Shape(rows: 256, columns: 512, depth: 512),
    Shape(rows: 32, columns: 512, depth: 161),
    Shape(rows: 32, columns: 128, depth: 512),
    Shape(rows: 161, columns: 512, depth: 256, transposesA: true),
    Shape(rows: 1024, columns: 1024, depth: 1024),
    Shape(rows: 2048, columns: 2048, depth: 2048),
    Shape(rows: 33, columns: 129, depth: 785),
    Shape(rows: 7, columns: 10, depth: 3),
    Shape(rows: 1, columns: 1, depth: 1000),
  ]

  static func main() {
    var budget = 0.5
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.count == 2, arguments.first == "--seconds", let seconds = Double(arguments.last!) {
      budget = seconds
    } else if !arguments.isEmpty {
      refuse("usage: gemm [--seconds SECONDS_FOR_EACH_SHAPE]")
    }
    guard let kernels = gb_kernels_named(getenv("GLASSBOX_KERNELS"))?.pointee else {
      refuse("gemm: GLASSBOX_KERNELS names no set that runs here")
    }
    let libraries = Library.installed()
    var logarithms = libraries.map { _ in 0.0 }
    for shape in shapes {
      let rounds = measure(shape, kernels, libraries, budget)
      print(line(shape, rounds, libraries))
      fflush(nil)
      for place in libraries.indices {
        logarithms[place] += log(rounds.ratio(to: place + 1).fastest)
      }
    }
    let means = zip(libraries, logarithms).map { library, sum in
      "\"\(library.name)\": \(exp(sum / Double(shapes.count)).brief)"
    }
    print(
      "{\"kernels\": \"\(String(cString: kernels.name))\", \"shapes\": \(shapes.count), "
        + "\"geometric_mean_of_fastest_ratios\": {\(means.joined(separator: ", "))}}")
  }

  private static func refuse(_ reason: String) -> Never {
    _ = write(2, reason + "\n", reason.utf8.count + 1)
    exit(64)
  }

  private static func measure(
    _ shape: Shape, _ kernels: gb_kernels, _ libraries: [Library], _ budget: Double
  ) -> Rounds {
    var generator = RandomGenerator(seed: 1)
    func matrix(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      for place in 0..<count { memory[place] = Float(generator.uniform() - 0.5) }
      return memory
    }
    let (m, n, k) = (shape.rows, shape.columns, shape.depth)
    let task = Task(
      rows: m, columns: n, depth: k, transposesA: shape.transposesA,
      transposesB: shape.transposesB, a: matrix(m * k), b: matrix(k * n), c: matrix(m * n))
    let ours = matrix(m * n)
    let scratch = matrix(Int(kernels.product_scratch))
    defer { for memory in [task.a, task.b, task.c, ours, scratch] { memory.deallocate() } }
    var product = gb_product(
      a: task.a, b: task.b, c: ours, rows: Int64(m), columns: Int64(n), depth: Int64(k),
      a_row_stride: Int64(task.transposesA ? 1 : k),
      a_depth_stride: Int64(task.transposesA ? m : 1),
      b_depth_stride: Int64(task.transposesB ? 1 : n),
      b_column_stride: Int64(task.transposesB ? k : 1), c_row_stride: Int64(n), adds: false,
      b_laid: nil)
    let own = { kernels.product(&product, 0, Int64(m), 0, Int64(n), scratch) }
    let rounds = Rounds([own] + libraries.map { library in { library.run(task) } }, budget: budget)
    if !libraries.isEmpty {
      let apart = (0..<m * n).map { abs(ours[$0] - task.c[$0]) }.max()!
      precondition(apart <= 1e-5 * Float(k), "the products differ by \(apart)")
    }
    return rounds
  }

  private static func line(_ shape: Shape, _ rounds: Rounds, _ libraries: [Library]) -> String {
    let operations = 2 * Double(shape.rows) * Double(shape.columns) * Double(shape.depth)
    func speed(_ seconds: Double) -> String { (operations / seconds * 1e-9).brief }
    var fields = [
      "\"rows\": \(shape.rows)", "\"columns\": \(shape.columns)", "\"depth\": \(shape.depth)",
      "\"transposes\": \"\(shape.transposesA ? "a" : "")\(shape.transposesB ? "b" : "")\"",
    ]
    for (place, name) in (["Glassbox"] + libraries.map(\.name)).enumerated() {
      let summary = rounds.summary(place)
      var parts = [
        "\"fastest\": \(speed(summary.fastest))", "\"median\": \(speed(summary.median))",
        "\"quartiles\": [\(speed(summary.upperQuartile)), \(speed(summary.lowerQuartile))]",
      ]
      if place > 0 {
        let ratio = rounds.ratio(to: place)
        parts.append(
          "\"ratio\": {\"fastest\": \(ratio.fastest.brief), \"median\": \(ratio.median.brief)}")
      }
      fields.append("\"\(name)\": {\(parts.joined(separator: ", "))}")
    }
    fields.append("\"rounds\": \(rounds.summary(0).count)")
    return "{\(fields.joined(separator: ", "))}"
  }
}
