import Engine
import Exchange
import Foundation
import Networks

/// Reads an ONNX network and answers with it:
/// `ExchangeBench network FILE SHAPE OUTPUT FEED ANSWERS [SECONDS]`.
///
/// SHAPE and OUTPUT may be `-` where the file says them. FEED holds 32-bit numbers, one example behind the
/// other, their axes as the file has them; ANSWERS gets those of the network, of all examples together and
/// then of each alone. With SECONDS, so long each way is timed; the times come out as JSON, in seconds an example.
struct NetworkRun {
  private struct Times: Encodable {
    var reading: Double
    var examples: Int
    var single: Double?
    var batch: Double?
    /// Where the time of one example goes, the longest first.
    var profile: [StepTime]?
    var parameters: Int
    var layers: [String]
  }

  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 5 else {
      return print("ExchangeBench network FILE SHAPE OUTPUT FEED ANSWERS [SECONDS]")
    }
    let shape =
      arguments[1] == "-"
      ? nil : try TensorShape(checking: arguments[1].split(separator: ",").compactMap { Int($0) })
    var read: ONNXImport?
    let reading = try time {
      read = try ONNXImport(
        path: arguments[0], inputShape: shape, output: arguments[2] == "-" ? nil : arguments[2])
    }
    let network = read!
    let model = try network.model(loss: .meanSquaredError)
    let predictor = try Predictor(model)
    let bytes = try Data(contentsOf: URL(filePath: arguments[3]))
    let feed = network.turned(bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
    let width = model.inputShape.count
    let count = feed.count / width
    let examples = (0..<count).map { Array(feed[$0 * width..<($0 + 1) * width]) }
    let answers = try predictor(feed) + examples.flatMap { try predictor($0) }
    try answers.withUnsafeBytes { try Data($0).write(to: URL(filePath: arguments[4])) }
    var times = Times(
      reading: reading, examples: count, parameters: model.parameterCount,
      layers: network.network.layers.map { ($0 as? any IdentifiedLayer)?.name ?? $0.kindName })
    if arguments.count > 5, let seconds = Double(arguments[5]) {
      times.single = try best(seconds) { _ = try predictor(examples[0]) }
      times.batch = try best(seconds) { _ = try predictor(feed) } / Double(count)
      let program = try CompiledCycle(model).program(.prediction, batch: 1)
      try program.feed(inputs: examples[0])
      times.profile = program.profile(runs: 50)
    }
    let text = try JSONEncoder().encode(times)
    print(String(decoding: text, as: UTF8.self))
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body).components
    return Double(duration.seconds) + Double(duration.attoseconds) / 1e18
  }

  /// The shortest of the runs that so many seconds hold.
  private static func best(_ seconds: Double, _ body: () throws -> Void) rethrows -> Double {
    var (best, spent) = (Double.infinity, 0.0)
    while spent < seconds {
      let once = try time(body)
      best = min(best, once)
      spent += once
    }
    return best
  }
}
