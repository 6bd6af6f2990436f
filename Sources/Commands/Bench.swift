import ArgumentParser
import Formatting
import Glassbox

/// `glassbox bench`
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the speed of fixed work, to compare machines and programs.",
    discussion: """
      glassbox bench students --epochs 10
      glassbox bench compile --json

      The time counts training or prediction alone, after a warm-up.
      """)

  /// The fixed pieces of work.
  enum Workload: String, NamedChoice {
    /// 15 rows, 2-5-1, batch 32.
    case students
    /// Fashion-MNIST, 784-128-10, batch 32.
    case mlp
    /// Fashion-MNIST, 784-1024-1024-10, batch 128.
    case mlpWide = "mlp-wide"
    /// 8,192 sequences of 64 steps and 32 channels, LSTM of 128, batch 64.
    case lstm
    /// One image at a time through the network of `mlp`.
    case predictMLP = "predict-mlp"
    /// Fashion-MNIST, two convolutions of 32 and 64 filters with pools, batch 128.
    case cnn
    /// One image at a time through the network of `cnn`.
    case predictCNN = "predict-cnn"
    /// Matrix products alone.
    case gemm
    /// The image files of the folder given with --data, to 224 × 224.
    case images
    /// Twenty dense layers, from the network to a program.
    case compile
  }

  @Argument(
    help: "\(Workload.names.joined(separator: ", ")).", completion: .list(Workload.names),
    transform: Self.workload)
  var workload: Workload
  @Option(help: "Threads.")
  var threads = 2
  @Option(help: "Passes over the training rows.")
  var epochs = 1
  @Option(help: "Use the first rows only; 0 for all.")
  var train = 0
  @Option(help: "Decides the first weights and the order.")
  var seed: UInt64 = 0
  @Option(help: "The folder of Fashion-MNIST.")
  var data = FashionMNIST.usualFolder
  @Flag(help: "Training: also the time of a step by sort of work.")
  var profile = false
  @OptionGroup var output: OutputOptions

  private static func workload(_ name: String) throws -> Workload {
    guard let workload = Workload(rawValue: name) else {
      throw ValidationError("\(Problem.unknown("workload", name, among: Workload.names))")
    }
    return workload
  }

  func validate() throws {
    guard (1...1024).contains(threads), epochs >= 1, train >= 0 else {
      throw ValidationError("--threads from 1 to 1024, --epochs at least 1, --train at least 0")
    }
  }

  func run() throws {
    switch workload {
    case .gemm:
      let speeds = try ProductSpeeds(threads: threads, seconds: 0.2)
      return output.json ? try printJSON(speeds, pretty: false) : print(speeds.text)
    case .images:
      let speed = try ImageSpeed(folder: data, seconds: 3)
      return output.json ? try printJSON(speed, pretty: false) : print(speed.text)
    case .compile:
      let time = try CompilationTime()
      return output.json
        ? try printJSON(time, pretty: false)
        : print("\(time.layers) layers compiled in \((time.seconds * 1e3).text(decimals: 2)) ms")
    default: break
    }
    let result =
      switch workload {
      case .students:
        try measure(
          Self.students, test: nil, Self.network([5], outputs: 1), loss: .binaryCrossEntropy)
      case .lstm: try measureSequences()
      case .mlp: try measureFashion(Self.network([128]), batch: 32)
      case .mlpWide: try measureFashion(Self.network([1024, 1024]), batch: 128)
      case .cnn: try measureFashion(Self.convolutional, batch: 128)
      case .predictCNN: try measurePredictions(Self.convolutional)
      default: try measurePredictions(Self.network([128]))
      }
    if output.json { return try printJSON(result, pretty: false) }
    print(
      "\(result.workload): \(result.samplesPerSecond.grouped) samples/s "
        + "(\(result.samples) in \(result.seconds.shortText) s, \(threads) threads)"
        + (result.testAccuracy.map { ", test accuracy \($0.text(decimals: 4))" } ?? ""))
    for line in result.profile ?? [] {
      print(
        "\((line.seconds * 1e6).text(decimals: 1)) µs in \(line.count) \(line.count == 1 ? "step" : "steps"): "
          + line.kind)
    }
  }

  private func measureFashion(_ network: Sequential, batch: Int) throws -> BenchResult {
    let fashion = try FashionMNIST(folder: data)
    let rows = train > 0 ? min(train, fashion.train.count) : fashion.train.count
    return try measure(
      fashion.train.subset(Array(0..<rows)), test: fashion.test, network,
      loss: .crossEntropy, batch: batch)
  }

  private func measureSequences() throws -> BenchResult {
    let sequences = try LongSums(count: train > 0 ? train : LongSums.usualCount, seed: seed)
    let network = Sequential {
      LSTM(128)
      Dense(2)
    }
    return try measure(
      sequences.train, test: sequences.test, network, loss: .crossEntropy, batch: 64)
  }

  /// Trains like any user of the library, and counts the time of the steps.
  private func measure(
    _ data: Dataset, test: Dataset?, _ network: Sequential, loss: any Loss, batch: Int = 32
  ) throws -> BenchResult {
    let model = try Model(
      network, inputShape: data.inputs.shape, loss: loss, seed: seed)
    // As the programs it is compared with, which leave out the rows that do not fill a batch.
    let full = data.count > batch ? data.count / batch * batch : data.count
    var trainer = try StepTimer(model, data, batch: min(batch, data.count), threads: threads)
    let seconds = try trainer.run(epochs: epochs, examples: full, seed: seed)
    var result = BenchResult(
      workload: workload.rawValue, threads: threads, seconds: seconds, samples: full * epochs)
    result.steps = epochs * ((full + batch - 1) / batch)
    result.testAccuracy = try test.flatMap { try Self.accuracy(trainer.model(), on: $0) }
    // Last, because these steps go on training.
    result.profile = profile ? trainer.profile(runs: 50) : nil
    return result
  }

  private static func network(_ hidden: [Int], outputs: Int = 10) -> Sequential {
    Sequential {
      Flatten()
      for units in hidden { Dense(units, activation: .relu) }
      Dense(outputs)
    }
  }

  private static let convolutional = Sequential {
    Conv2D(32, kernelSize: 3, activation: .relu)
    MaxPool2D()
    Conv2D(64, kernelSize: 3, activation: .relu)
    MaxPool2D()
    Flatten()
    Dropout(0.5)
    Dense(10)
  }

  private static func accuracy(_ model: Model, on test: Dataset) throws -> Double? {
    let scores = try Predictor(model).predict(test)
    return try Metrics.Accuracy().value(
      scores: scores, targets: (0..<test.count).map { Int(test.targets[$0][0]) },
      classCount: model.outputCount)
  }

  private func measurePredictions(_ network: Sequential) throws -> BenchResult {
    let test = try FashionMNIST(folder: data).test
    let predictor = try Predictor(
      Model(
        network, inputShape: test.inputs.shape, loss: .crossEntropy,
        seed: seed))
    let images = (0..<2000).map { test.inputs[$0] }
    for image in images.prefix(200) { _ = try predictor(image) }
    let clock = ContinuousClock()
    let start = clock.now
    for image in images { _ = try predictor(image) }
    return BenchResult(
      workload: workload.rawValue, threads: threads,
      seconds: start.duration(to: clock.now).inSeconds, samples: images.count)
  }

  /// Hours of study and of sleep, and whether the exam was passed.
  private static var students: Dataset {
    get throws {
      let rows: [(Float, Float, Float)] = [
        (1, 5, 0), (2, 6, 0), (1, 4, 0), (3, 5, 0), (4, 6, 1), (5, 5, 1), (5, 7, 1), (6, 6, 1),
        (7, 5, 1), (8, 6, 0), (2, 3, 0), (3, 4, 1), (6, 7, 1), (7, 8, 1), (8, 7, 1),
      ]
      return try Dataset(
        inputs: Examples(shape: [2], floats: rows.flatMap { [$0.0, $0.1] }),
        targets: Examples(shape: .scalar, floats: rows.map(\.2)))
    }
  }
}
