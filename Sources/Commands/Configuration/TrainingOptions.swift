import ArgumentParser
import Glassbox

/// The flags that say how a network is built and trained, and where the run goes.
struct TrainingOptions: ParsableArguments {
  @Option(
    help: """
      dense (the default), cnn or resnet for images, lstm or gru for sequences. Lists of layers are \
      for --config; inspect --layers names them.
      """)
  var network: String?
  @Option(help: "A model or run to start from, with its layers, weights and preprocessing.")
  var from: String?
  @Option(help: "Its layers that stay as they are: all-but-last, or names with commas between.")
  var freeze: String?
  @Option(help: "Its last layer: keep (the default), or new for other classes.")
  var head: String?
  @Flag(help: "All its layers learn again, by a tenth of the usual rate.")
  var unfreeze = false
  @Option(help: "Units of the hidden layers, such as 128,64.")
  var hidden: String?
  @Option(help: "Of the hidden layers, such as relu, tanh, gelu.")
  var activation: String?
  @Option(help: "Share of units dropped after each hidden layer while training.")
  var dropout: Double?
  @Option(
    help: "Such as cross_entropy, mean_squared_error, huber; chosen by the task if not given.")
  var loss: String?
  @Option(help: "sgd, momentum, nesterov, rmsprop, adagrad, adam or adamw.")
  var optimizer: String?
  @Option(help: "Step size of the optimiser.")
  var learningRate: Double?
  @Option(help: "Decoupled weight decay.")
  var weightDecay: Double?
  @Option(help: "Penalty on Σ|w|.")
  var l1: Double?
  @Option(help: "Penalty on Σw².")
  var l2: Double?
  @Option(help: "Limit of each number of a gradient.")
  var clipValue: Double?
  @Option(help: "Limit of each gradient's norm.")
  var clipNorm: Double?
  @Option(help: "Limit of the norm of all gradients together.")
  var clipGlobalNorm: Double?
  @Option(
    help: "cosine (the default), constant, step, exponential, plateau, or step:every=5,factor=0.5.")
  var schedule: String?
  @Option(help: "none, balanced, or a number for each class with commas between.")
  var classWeights: String?
  @Option(help: "Rows for each step.")
  var batch: Int?
  @Option(help: "The most passes over the training rows.")
  var epochs: Int?
  @Option(help: "Epochs without improvement before training ends; 0 for never.")
  var patience: Int?
  @Option(help: "Threads; changes no bit of the result.")
  var threads: Int?
  @Option(help: "Set of fast loops: avx512, avx2, neon or portable.")
  var kernels: String?
  @Option(help: "The run's name, its folder below runs/.")
  var name: String?
  @Option(help: "The run's folder.")
  var output: String?
  @Option(help: "Steps between checkpoints, on top of the one after each epoch.")
  var checkpointEvery: Int?

  /// What was given, by the settings' names.
  var flags: [String: JSONValue] {
    let texts: [(String, String?)] = [
      ("network", network), ("from", from), ("freeze", freeze), ("head", head),
      ("hidden", hidden), ("activation", activation), ("loss", loss), ("optimizer", optimizer),
      ("schedule", schedule), ("class_weights", classWeights), ("kernels", kernels),
      ("name", name), ("output", output),
    ]
    let numbers: [(String, Double?)] = [
      ("dropout", dropout), ("learning_rate", learningRate), ("weight_decay", weightDecay),
      ("l1", l1), ("l2", l2), ("clip_value", clipValue), ("clip_norm", clipNorm),
      ("clip_global_norm", clipGlobalNorm),
    ]
    let counts: [(String, Int?)] = [
      ("batch", batch), ("epochs", epochs), ("patience", patience), ("threads", threads),
      ("checkpoint_every", checkpointEvery),
    ]
    var flags: [String: JSONValue] = [:]
    for (name, text) in texts {
      flags[name] = text.map { ConfigurationSources.value(of: name, written: $0) }
    }
    if unfreeze { flags["unfreeze"] = .bool(true) }
    for (name, number) in numbers { flags[name] = number.map(JSONValue.number) }
    for (name, count) in counts { flags[name] = count.map(JSONValue.integer) }
    return flags
  }
}
