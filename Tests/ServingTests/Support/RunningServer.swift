import Codecs
import Datasets
import Engine
import Logging
import Networks
import ServiceLifecycle
import Training

@testable import Serving

/// A server on a free port of this machine, for as long as a test runs.
enum RunningServer {
  /// Runs a body beside a server, and ends the server after it.
  static func with<Value: Sendable>(
    _ slot: ModelSlot, _ change: (inout ServingSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (_ port: Int) async throws -> Value
  ) async throws -> Value {
    var settings = ServingSettings()
    (settings.port, settings.threads) = (0, 1)
    change(&settings)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = try ModelServer(
      slot, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { port.yield($1) }
    let group = ServiceGroup(
      services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.makeAsyncIterator()
      let value = try await body(await iterator.next()!)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      return value
    }
  }

  /// Two numbers and a category in, two classes out.
  static func table() throws -> ServedModel {
    let text =
      "hours,sleep,subject,passed\n"
      + (0..<40).map { row in
        "\(row % 9),\(4 + row % 5),\(row % 2 == 0 ? "maths" : "art"),\(row % 9 > 4 ? "yes" : "no")\n"
      }.joined()
    let table = try DataTable(csv: Array(text.utf8), name: "students.csv")
    let preprocessing = try Preprocessing(fitting: table, target: "passed")
    let data = try preprocessing.dataset(table)
    var trainer = Trainer(
      Sequential {
        Dense(4, activation: .relu)
        Dense(1)
      }, loss: .binaryCrossEntropy, optimizer: .adam(), seed: 1)
    try trainer.fit(data, epochs: 2)
    return ServedModel(
      try TrainedModel(trainer, preprocessing: preprocessing),
      .init(name: "students", hash: "0"))
  }

  /// Grey images of 14 × 14 pixels in, two classes out.
  static func images() throws -> ServedModel {
    let shape: TensorShape = [14, 14, 1]
    let preprocessing = Preprocessing(
      inputs: .byteImages(shape: shape, scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes(["dark", "light"]))
    let pixels: [Float] = (0..<20 * 196).map { (place: Int) -> Float in
      let isLight = (place / 196) % 2 == 1
      return Float(place % 13) / 70 + (isLight ? 0.8 : 0)
    }
    let data = try Dataset(
      inputs: Examples(shape: shape, floats: pixels),
      targets: try Examples(
        shape: .scalar, floats: (0..<20).map { (place: Int) -> Float in Float(place % 2) }))
    var trainer = Trainer(
      Sequential {
        Flatten()
        Dense(4, activation: .relu)
        Dense(1)
      }, loss: .binaryCrossEntropy, optimizer: .adam(), seed: 1)
    try trainer.fit(data, epochs: 2)
    return ServedModel(
      try TrainedModel(trainer, preprocessing: preprocessing, decoders: .standard),
      .init(name: "brightness", hash: "0"))
  }
}
