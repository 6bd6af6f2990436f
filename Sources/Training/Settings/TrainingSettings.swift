import Datasets
import Engine
public import Networks

/// How a run trains its network.
public struct TrainingSettings: Sendable {
  /// Nil chooses by the task.
  public var loss: (any Loss)?
  /// The shares of values that lie below each of several answers for a number, such as 0.05, 0.5 and 0.95;
  /// empty for one answer. Several must ascend and hold 0.5, which is the answer.
  public var quantiles: [Double] = []
  /// A name from `Registry.optimizers`.
  public var optimizer = "adam"
  /// The optimiser's rule with settings of its own; nil for those that its name stands for.
  public var updateRule: (any UpdateRule)?
  /// Nil takes the optimiser's usual one, or a larger one for small data.
  public var learningRate: Double?
  /// Decoupled; nil takes the optimiser's usual one.
  public var weightDecay: Double?
  /// Factor of Σ|w| in the loss.
  public var l1 = 0.0
  /// Factor of Σw² in the loss.
  public var l2 = 0.0
  /// Limit of each number of a gradient. At most one of the three limits may be given.
  public var clipValue: Double?
  /// Limit of each gradient's norm.
  public var clipNorm: Double?
  /// Limit of the norm of all gradients together.
  public var clipGlobalNorm: Double?
  /// Counts in epochs; nil lets the rate fall along a cosine to 0 at the last epoch.
  public var schedule: (any Schedule)?
  /// How much the classes count.
  public var classWeights = ClassWeighting.equal
  /// Rows for each step; nil chooses by the number of rows.
  public var batch: Int?
  /// Batches whose gradients make one update.
  public var accumulate = 1
  /// Parts that each batch is cut into, which processes can share.
  public var shards = 1
  /// The most passes over the training rows; nil chooses by the number of rows.
  public var epochs: Int?
  /// Epochs without improvement before training ends; 0 never ends early; nil chooses by `epochs`.
  public var patience: Int?
  /// What is followed beside the loss, the leading one first; nil chooses by the task.
  public var metrics: [any Metric]?
  /// The share of true values that the intervals of answers hold, or of true classes that their sets
  /// hold.
  public var coverage = 0.9
  /// Which training rows are scored after each epoch.
  public var trainScores = TrainScores.sample
  /// Nil takes as many as there are processors. Changes no bit of the result.
  public var threads: Int?
  /// The set of fast loops; nil takes the best for this processor.
  public var kernels: String?

  /// The defaults.
  public init() {}

  /// At most one of them may be given.
  static let clippingNames = ["clip_value", "clip_norm", "clip_global_norm"]

  /// As files write it.
  var namedLoss: Named<Losses>? {
    get { loss.map(Named.init) }
    set { loss = newValue?.wrappedValue }
  }

  /// As files write both.
  var optimizerChoice: OptimizerChoice {
    get { OptimizerChoice(optimizer, rule: updateRule) }
    set { (optimizer, updateRule) = (newValue.name, newValue.rule) }
  }

  /// As files write them.
  var namedMetrics: [Named<Metrics>]? {
    get { metrics?.map(Named.init) }
    set { metrics = newValue?.map(\.wrappedValue) }
  }

  /// As files write it.
  var namedSchedule: Named<Schedules>? {
    get { schedule.map(Named.init) }
    set { schedule = newValue?.wrappedValue }
  }

  static let declared = RunSetting.group(
    .training,
    [
      RunSetting(
        "loss", \.training.namedLoss, "What training makes small.",
        choices: Registry.standard.losses.map(\.name),
        usual: "by the task"),
      RunSetting(
        "quantiles", \.training.quantiles,
        "Answer a number with quantiles: the shares of values that lie below.",
        values: "shares such as 0.05,0.5,0.95", usual: "none", form: .numbers,
        check: Check(expected: Losses.Pinball.usable) {
          $0.isEmpty || Losses.Pinball.areUsable($0)
        }
      ).ofQuestion,
      RunSetting(
        "optimizer", \.training.optimizerChoice, "How weights follow their gradients.",
        values: Optimizer.all.map(\.name).alternatives + ", or sgd:momentum=0.9,nesterov=true",
        choices: Optimizer.all.map(\.name), form: .named,
        check: Check(
          expected: "one of " + Optimizer.all.map(\.name).joined(separator: ", ")
        ) { choice, registry in (try? choice.optimizer(registry)) != nil }),
      RunSetting(
        "learning_rate", \.training.learningRate, "Step size of the optimiser.",
        usual: "by the optimiser and the number of rows", check: .ifGiven(.above0)
      ).changeable,
      RunSetting(
        "weight_decay", \.training.weightDecay, "Decoupled weight decay.",
        usual: "by the optimiser", check: .ifGiven(.from0)
      ).changeable,
      RunSetting("l1", \.training.l1, "Penalty on Σ|w|.", check: .from0),
      RunSetting("l2", \.training.l2, "Penalty on Σw².", check: .from0),
      RunSetting(
        "clip_value", \.training.clipValue, "Limit of each number of a gradient.",
        check: .ifGiven(.above0)
      ).changeable,
      RunSetting(
        "clip_norm", \.training.clipNorm, "Limit of each gradient's norm.",
        check: .ifGiven(.above0)
      ).changeable,
      RunSetting(
        "clip_global_norm", \.training.clipGlobalNorm,
        "Limit of the norm of all gradients together.", check: .ifGiven(.above0)
      ).changeable,
      RunSetting(
        "schedule", \.training.namedSchedule, "How the learning rate changes, counted in epochs.",
        values: "constant, cosine, step, exponential, plateau, warm_up, or step:every=5,factor=0.5",
        usual: "cosine to 0 at the last epoch", form: .named
      ).changeable,
      RunSetting(
        "class_weights", \.training.classWeights, "How much the examples of each class count.",
        values: "none, balanced, or a number for each class with commas between",
        form: .oneOrMore,
        check: Check(expected: "none, balanced, or finite numbers from 0") {
          if case .given(let weights) = $0 {
            weights.allSatisfy { $0 >= 0 && $0.isFinite }
          } else {
            true
          }
        }),
      RunSetting(
        "batch", \.training.batch, "Rows for each step.", usual: "by the number of rows",
        check: .ifGiven(.from(1...1 << 20))),
      RunSetting(
        "accumulate", \.training.accumulate, "Batches whose gradients make one update.",
        check: .from(1...1 << 20)),
      RunSetting(
        "shards", \.training.shards,
        "Parts that each batch is cut into: summed one after another, or by as many processes. "
          + "Their number decides the bits of the result, the processes do not.",
        check: .from(1...TrainingPlan.mostShards)),
      RunSetting(
        "epochs", \.training.epochs, "The most passes over the training rows.",
        usual: "by the number of rows", check: .ifGiven(.from(1))
      ).changeable,
      RunSetting(
        "patience", \.training.patience,
        "Epochs without improvement before training ends; 0 for never.", usual: "by the epochs",
        check: .ifGiven(.from(0))
      ).changeable,
      RunSetting(
        "metrics", \.training.namedMetrics,
        "What is followed beside the loss, the leading one first.",
        values: "some of "
          + Registry.standard.metrics.map(\.name).joined(separator: ", ")
          + ", with commas between, such as f1,top_k_accuracy:k=3",
        usual: "by the task", form: .namedList,
        check: .ifGiven(
          Check(expected: "each once, and none that is called loss") {
            Set($0.map(\.wrappedValue.name) + ["loss"]).count == $0.count + 1
          })
      ).ofQuestion,
      RunSetting(
        "coverage", \.training.coverage,
        "The share of true answers that intervals, and sets of classes, hold.",
        check: Check(expected: "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
      ).ofQuestion.changeable,
      RunSetting(
        "train_scores", \.training.trainScores,
        "The training rows that are scored after each epoch."
      ).ofQuestion,
      RunSetting(
        "threads", \.training.threads, "Threads; changes no bit of the result.",
        usual: "one a processor", check: .ifGiven(.from(1...1024))
      ).ofQuestion.changeable,
      RunSetting(
        "kernels", \.training.kernels, "The set of fast loops.",
        values: "avx512, avx2, neon or portable", usual: "the best for this processor"
      ).ofQuestion,
    ])
}

/// How much the examples of each class count.
public enum ClassWeighting: Sendable, Hashable, Codable {
  /// All the same.
  case equal
  /// Rare classes more: n ÷ (classes · examples of the class), as in scikit-learn.
  case balanced
  /// As given, one for each class in the order of the labels.
  case given([Double])

  /// `none`, `balanced`, or a list of numbers.
  public init(from decoder: any Decoder) throws {
    if let weights = try? [Double](from: decoder) {
      self = .given(weights)
      return
    }
    switch (try? String(from: decoder))?.normalizedName {
    case "none": self = .equal
    case "balanced": self = .balanced
    default:
      throw Problem.data(
        decoder.codingPath.place, expected: "none, balanced or a list of numbers",
        found: "something else")
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .equal: try "none".encode(to: encoder)
    case .balanced: try "balanced".encode(to: encoder)
    case .given(let weights): try weights.encode(to: encoder)
    }
  }
}
