package import Engine

/// One learning cycle of a network, written out: what every neuron computed, how wrong the answer was,
/// the chain rule backwards, the new weights, and whether they do better.
///
/// A trace is data. The numbers are the engine's own 32-bit numbers; the formulas come from the
/// definitions the engine is checked against. `text`, `html`, `latex` and `json` show it.
public struct Trace: Codable, Sendable {
  /// The version of this form.
  public var formatVersion = 2
  /// What was traced, in a few words: the network's layers, the loss, the optimiser.
  public var title: String
  /// The settings that decide the update.
  package var settings: [Setting]
  /// What its symbols mean.
  package var legend: [Legend]
  /// The parts of the cycle, in the order they happen.
  public var sections: [Section]
  /// The loss of the example before the update.
  public var loss: Float
  /// The loss of the same example with the new weights.
  public var newLoss: Float
  /// The network with the numbers at its neurons and connections.
  package var drawing: Drawing
  /// Was everything asked for? Then text repeats what is the same again and again.
  package var showsAll = false
  /// The layers that symbols count, in that order; a trace that was read from a file has none.
  package var layers: [String] = []
  /// For pages; a trace that was read from a file has none.
  package var images: [LayerImage] = []
  /// Which layers look at an image through a window; for pages too.
  var sights: [Sight] = []

  private enum CodingKeys: String, CodingKey {
    case title, settings, legend, sections, loss, drawing
    case formatVersion = "format_version"
    case newLoss = "new_loss"
  }

  /// Did the update make the loss smaller?
  public var fell: Bool { newLoss < loss }

  /// A name with what it was set to.
  package struct Setting: Codable, Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) { (self.name, self.value) = (name, value) }
  }

  /// A part of the cycle.
  public struct Section: Codable, Sendable {
    /// Which of the steps of a learning cycle it belongs to.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      case inputs, forward, answer, loss, backward, update, again
    }
    /// Which part of the cycle.
    public var kind: Kind
    /// Its heading.
    public var title: String
    /// The layer's name; nil where no single layer is meant.
    public var layer: String?
    /// Its numbers, in the order they are computed.
    public var lines: [Line]
    /// What is not shown, and how to see it; empty if nothing is left out.
    public var note: String
  }

  /// One number with where it comes from.
  public struct Line: Codable, Sendable {
    /// `∂L/∂w⁽²⁾₃,₁`.
    public var symbol: String
    /// The engine's number.
    public var value: Float
    /// The definition with its symbols and their numbers; nil for what is given.
    package var formula: SymbolicExpression?
    /// Parts of the formula that have a symbol of their own, in the order they are needed.
    package var parts: [Part] = []
    /// The chain rule: gradients times named factors. Nil for all but gradients.
    package var chain: SymbolicExpression?
    /// The factors of the chain rule, such as ∂a₁/∂z₁.
    package var factors: [Part] = []
    /// What the number means to the user: a column, a class.
    public var meaning: String?
  }

  /// A symbol that stands for a part of a formula. Its number is computed from the formula in 64 bits,
  /// because the engine never forms it on its own.
  package struct Part: Codable, Sendable, Hashable {
    package var symbol: String
    package var formula: SymbolicExpression
    /// The number of the formula.
    package var value: Double { formula.real }
  }
}

/// What of a learning cycle is shown.
public struct TraceSelection: Codable, Sendable, Hashable {
  /// The name of a layer; nil for all.
  public var layer: String?
  /// The place of a neuron in its layer, counted from 1: its number alone, or row, column and channel
  /// of an image's pixel, or step and unit of a sequence. Nil for all.
  public var neuron: [Int]?
  /// The places of a weight in its tensor, counted from 1: input, neuron.
  public var weight: [Int]?
  /// Everything, with every term of every sum?
  public var showsAll: Bool

  /// Everything that matters: small layers whole, of large layers what learns most.
  public init(
    layer: String? = nil, neuron: [Int]? = nil, weight: [Int]? = nil, showsAll: Bool = false
  ) {
    self.layer = layer
    self.neuron = neuron
    self.weight = weight
    self.showsAll = showsAll
  }

  private enum CodingKeys: String, CodingKey {
    case layer, neuron, weight
    case showsAll = "shows_all"
  }

  /// What is not said is as usual.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      layer: try fields.decodeIfPresent(String.self, forKey: .layer),
      neuron: try fields.decodeIfPresent([Int].self, forKey: .neuron),
      weight: try fields.decodeIfPresent([Int].self, forKey: .weight),
      showsAll: try fields.decodeIfPresent(Bool.self, forKey: .showsAll) ?? false)
  }

  /// `dense/3`; `conv_2d/2,5,1` for one pixel: row 2, column 5, channel 1.
  /// - Throws: `Problem` if it is not a layer and places.
  public static func neuron(_ text: String) throws -> TraceSelection {
    let (layer, places) = try parsed(text, "neuron", "layer/3")
    return TraceSelection(layer: layer, neuron: places)
  }

  /// `dense/2,5`: the weight from input 2 to neuron 5; `dense/5` is the bias of neuron 5.
  /// - Throws: `Problem` if it is not a layer and places.
  public static func weight(_ text: String) throws -> TraceSelection {
    let (layer, places) = try parsed(text, "weight", "layer/2,5")
    return TraceSelection(layer: layer, weight: places)
  }

  private static func parsed(
    _ text: String, _ option: String, _ example: String
  ) throws -> (layer: String, places: [Int]) {
    guard let slash = text.lastIndex(of: "/") else { throw problem(option, example, text) }
    let places = text[text.index(after: slash)...].split(
      separator: ",", omittingEmptySubsequences: false
    ).map { Int($0) ?? 0 }
    guard places.allSatisfy({ $0 >= 1 }) else { throw problem(option, example, text) }
    return (String(text[..<slash]), places)
  }

  private static func problem(_ option: String, _ example: String, _ found: String) -> Problem {
    Problem.data(
      option, expected: "a layer and a place counted from 1, such as \(example)",
      found: "'\(found)'")
  }
}

/// The network as a figure: neurons in columns, connections between them, and their numbers.
package struct Drawing: Codable, Sendable {
  /// A layer.
  package struct Column: Codable, Sendable {
    package var title: String
    package var neurons: [Neuron]
    /// How many neurons are not drawn.
    package var leftOut: Int

    private enum CodingKeys: String, CodingKey {
      case title, neurons
      case leftOut = "left_out"
    }
  }

  /// A number that flows through the network.
  package struct Neuron: Codable, Sendable {
    package var symbol: String
    package var value: Float
    /// How the loss changes with what the neuron sums up; nil where it has no gradient.
    package var gradient: Float?
    package var newValue: Float
    package var meaning: String?

    private enum CodingKeys: String, CodingKey {
      case symbol, value, gradient, meaning
      case newValue = "new_value"
    }
  }

  /// A connection between neurons of neighbouring columns, given by their places in these.
  package struct Edge: Codable, Sendable {
    /// The column of its end.
    package var column: Int
    package var from: Int
    package var to: Int
    package var symbol: String
    package var weight: Float
    package var gradient: Float
    package var newWeight: Float

    private enum CodingKeys: String, CodingKey {
      case column, from, to, symbol, weight, gradient
      case newWeight = "new_weight"
    }
  }

  package var columns: [Column]
  package var edges: [Edge]
  /// How many connections are not drawn.
  package var edgesLeftOut: Int
  /// How many networks in one there are, of which the first is drawn; nil for one.
  package var members: Int?

  private enum CodingKeys: String, CodingKey {
    case columns, edges, members
    case edgesLeftOut = "edges_left_out"
  }
}
