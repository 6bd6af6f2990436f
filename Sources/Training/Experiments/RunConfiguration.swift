import Datasets
import Engine
import Networks

/// Everything that can be said about a run, with all defaults: the content of a configuration file.
/// What is nil is decided from the data, or from another setting that its comment names.
public struct RunConfiguration: Sendable {
  /// The data: a table, `images:labels` for a pair of IDX files, or a folder with a folder of
  /// images for each class.
  public var data: String?
  /// The column to learn. A pair of IDX files has none.
  public var target: String?
  /// Columns that are not inputs.
  public var ignore: [String] = []
  /// The columns that are the steps of a sequence; nil for a table without one.
  public var sequence: SequenceOptions?
  /// What to learn; nil infers it from the target column.
  public var task: TaskChoice?
  /// Which rows choose the best epoch.
  public var validation = DataPart.fraction(0.15)
  /// Which rows are kept back for the scores at the end.
  public var test = DataPart.fraction(0.15)
  /// A split manifest to use again instead of drawing a split.
  public var split: String?
  /// How the inputs' numbers are scaled.
  public var scaling = PreprocessingOptions.Scaling.standardise
  /// The size a folder's images are brought to; nil chooses by the files.
  public var imageSize: ImageSize?
  /// 1 for grey, 3 for colour; nil chooses by the files.
  public var channels: Int?
  /// What happens to images whose sides have another ratio.
  public var imageFit = ImagePreprocessing.Fit.crop
  /// How images are brought to size.
  public var resampling = Resampling.bilinear
  /// Whether images that cannot be read are left out instead of being a problem.
  public var skipBad = false
  /// Prepared images are kept in memory up to so many mebibytes, together.
  public var cacheMemory = 1024
  /// Beyond that, in a temporary file of at most so many mebibytes; else they are decoded each time.
  public var cacheDisk = 16_384
  /// How training images are varied; nil for not at all.
  public var augment: Augmentation?
  /// The whole network, output layer included; nil builds one from `hidden`, `activation`, `dropout`.
  public var network: LayerList?
  /// What kind of network is built when `network` is nil; nil is `lstm` for sequences, else `dense`.
  public var networkKind: NetworkKind?
  /// A trained model, or the folder of its run, whose layers, weights and preprocessing are taken.
  public var from: String?
  /// Of the file of that model, as 64 hexadecimal digits; nil takes whichever is there.
  public var fromSHA256: String?
  /// Which of its layers are left as they are; nil for those that were.
  public var freeze: FreezeChoice?
  /// What becomes of its last layer; nil keeps it.
  public var head: HeadChoice?
  /// Whether layers that were left alone learn again, by a tenth of the usual rate.
  public var unfreeze = false
  /// Units of each hidden layer; nil chooses by the data.
  public var hidden: [Int]?
  /// Of the hidden layers.
  public var activation = ActivationFunction.relu
  /// The share of units dropped after each hidden layer.
  public var dropout = 0.0
  /// Nil chooses by the task.
  public var loss: (any Loss)?
  /// A name from `Optimizer.all`.
  public var optimizer = "adam"
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
  /// The most passes over the training rows; nil chooses by the number of rows.
  public var epochs: Int?
  /// Epochs without improvement before training ends; 0 never ends early; nil chooses by `epochs`.
  public var patience: Int?
  /// Decides the split, the first weights, the order of rows and all random masks.
  public var seed: UInt64 = 1
  /// Nil takes as many as there are processors. Changes no bit of the result.
  public var threads: Int?
  /// The set of fast loops; nil takes the best for this processor.
  public var kernels: String?
  /// The run's name, the folder below `runs`; nil takes the data file's.
  public var name: String?
  /// The run's folder; nil takes `runs/<name>`.
  public var output: String?
  /// Steps between checkpoints, on top of the one after each epoch.
  public var checkpointEvery: Int?

  /// The defaults.
  public init() {}
}

/// What to learn, as users say it.
public enum TaskChoice: String, Sendable, NamedChoice {
  case regression, classification, binary, multiclass
}

/// Where a part of the data comes from.
public enum DataPart: Sendable, Hashable, Codable {
  /// A share of the rows of the data file, from 0 to below 1; 0 for none.
  case fraction(Double)
  /// A file of its own.
  case file(String)

  /// A number, or a path.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .fraction(number)
    } else {
      self = .file(try value.decode(String.self))
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .fraction(let number): try value.encode(number)
    case .file(let path): try value.encode(path)
    }
  }
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
    let value = try decoder.singleValueContainer()
    if let weights = try? value.decode([Double].self) {
      self = .given(weights)
      return
    }
    switch try value.decode(String.self) {
    case "none": self = .equal
    case "balanced": self = .balanced
    case let name:
      throw Problem.data(
        "class_weights", expected: "none, balanced or a list of numbers", found: "'\(name)'")
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .equal: try value.encode("none")
    case .balanced: try value.encode("balanced")
    case .given(let weights): try value.encode(weights)
    }
  }
}
