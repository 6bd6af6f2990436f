import Datasets
import Engine
public import Networks

/// Which network a run trains.
public struct NetworkSettings: Sendable {
  /// The whole network, or the kind that is built from `hidden`, `activation` and `dropout`; nil is
  /// `lstm` for sequences, `table` for tables of 100 to 9,999 training rows unless `hidden` is given, else
  /// `dense`.
  public var architecture: NetworkArchitecture?
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

  /// The defaults.
  public init() {}

  /// The layers, output layer included, if they are given.
  package var layers: LayerList? {
    if case .layers(let layers) = architecture { layers } else { nil }
  }

  /// The kind, if it is given.
  var kind: NetworkKind? {
    if case .kind(let kind) = architecture { kind } else { nil }
  }

  static let declared = RunSetting.group(
    .network,
    [
      RunSetting(
        "network", \.network.architecture,
        """
        The network: table or dense for tables, cnn or resnet for images, lstm or gru for sequences, \
        or a list of layers in a configuration file.
        """, choices: NetworkKind.names,
        usual: "by the data, dense where hidden is given", form: .plain),
      RunSetting(
        "hidden", \.network.hidden, "Units of the hidden layers, such as 128,64.",
        usual: "by the data",
        check: .ifGiven(
          Check(expected: "1 to \(1 << 20) units a layer") {
            $0.allSatisfy { (1...1 << 20).contains($0) }
          })),
      RunSetting(
        "activation", \.network.activation, "The function of the hidden layers.",
        choices: Registry.standard.activations.map(\.name)),
      RunSetting(
        "dropout", \.network.dropout,
        "Share of units dropped after each hidden layer while training.", check: .share),
      RunSetting(
        "from", \.network.from,
        "A model or run to start from, with its layers, weights and preprocessing.",
        values: "a path"),
      RunSetting(
        "from_sha256", \.network.fromSHA256, "The file that model must be, by its SHA-256.",
        values: "64 hexadecimal digits", usual: "any"),
      RunSetting(
        "freeze", \.network.freeze, "Its layers that stay as they are.",
        values: "all_but_last, or names of layers", usual: "as they were", form: .oneOrMore),
      RunSetting(
        "head", \.network.head, "What becomes of its last layer; new is for other classes.",
        usual: "keep"),
      RunSetting(
        "unfreeze", \.network.unfreeze,
        "All its layers learn again, by a tenth of the usual rate."),
    ])
}

/// A network, as a configuration says it.
public enum NetworkArchitecture: Sendable, Codable {
  /// One that is built to suit the data.
  case kind(NetworkKind)
  /// Its layers, output layer included.
  case layers(LayerList)

  /// A name, or a list of layers.
  public init(from decoder: any Decoder) throws {
    if (try? decoder.singleValueContainer().decode(String.self)) != nil {
      self = .kind(try NetworkKind(from: decoder))
    } else {
      self = .layers(try LayerList(from: decoder))
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .kind(let kind): try kind.encode(to: encoder)
    case .layers(let layers): try layers.encode(to: encoder)
    }
  }
}
