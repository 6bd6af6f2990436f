package import Engine
import Formatting

/// How columns of a table become sequences: [steps, channels] of numbers, or [steps] of tokens.
///
/// Steps that a row lacks are padding: an exact value that no step which is there ever gets.
package struct SequenceEncoding: Codable, Sendable, Equatable {
  /// One of the numbers of a step.
  package struct Channel: Codable, Sendable, Equatable {
    /// A column for each step; one alone holds all steps, with blanks between.
    package let columns: [String]
    /// Numbers become (x − offset) / scale.
    package var offset = 0.0
    package var scale = 1.0

    /// What messages call it.
    var name: String {
      columns.count == 1 ? columns[0] : "\(columns[0]) … \(columns[columns.count - 1])"
    }

    /// Numbers as they stand.
    package init(columns: [String]) { self.columns = columns }
  }

  /// What a step becomes.
  package enum Content: Codable, Sendable, Equatable {
    /// Scaled numbers; `padding` for those that are missing.
    case numbers(padding: Double)
    /// Whole numbers below a limit, left as they are; 0 for those that are missing.
    case wholes(below: Int)
    /// Texts: the place in this list + 2; 0 for those that are missing, 1 for those not in it.
    case words([String])
  }

  /// At least one, each of as many columns.
  package let channels: [Channel]
  /// The length that every example is brought to.
  package let steps: Int
  package let content: Content
  /// Columns that are no steps, and why they are left out.
  package let others: [EncodedColumn]
  /// How the one cell's text becomes steps; nil splits it at blanks and knows texts for what is missing.
  package let splitting: TextSplitting?
  /// Whether the last steps of a row that is too long are used; nil, as models made before have it, uses
  /// the first.
  package let keepsLast: Bool?

  /// Everything decided.
  package init(
    channels: [Channel], steps: Int, content: Content, others: [EncodedColumn] = [],
    splitting: TextSplitting? = nil, keepsLast: Bool? = nil
  ) {
    (self.channels, self.steps, self.content) = (channels, steps, content)
    (self.others, self.splitting, self.keepsLast) = (others, splitting, keepsLast)
  }

  /// Does one column hold all steps?
  package var isOneCell: Bool { channels[0].columns.count == 1 }

  /// Does a step hold a token, not numbers?
  package var hasTokens: Bool {
    if case .numbers = content { false } else { true }
  }

  /// Are tokens texts?
  var hasWords: Bool {
    if case .words = content { true } else { false }
  }

  /// How many tokens there are, padding and unknown ones included; nil for numbers.
  package var tokens: Int? {
    switch content {
    case .numbers: nil
    case .wholes(let limit): limit
    case .words(let words): words.count + Self.firstWord
    }
  }

  /// What stands for a step that is missing.
  package var padding: Float {
    if case .numbers(let padding) = content { Float(padding) } else { 0 }
  }

  /// What users would say to get it.
  package var options: SequenceOptions {
    var options = SequenceOptions(
      channels.map { ListText.text($0.columns) },
      content: splitting.map(\.unit.content) ?? (hasTokens ? .tokens : .numbers))
    options.isExact = splitting?.isExact ?? false
    options.padding = Double(padding)
    options.length = isOneCell ? steps : nil
    return options
  }

  /// What a reader should know of how texts are split, where nobody said it.
  var notes: [String] {
    guard let splitting, splitting.isFound else { return [] }
    let name = channels[0].columns[0]
    let columns = "columns=" + ListText.text([name])
    switch splitting.unit {
    case .words:
      return splitting.isExact
        ? []
        : [
          "column `\(name)`: words are read without case and punctuation; set `sequence` to "
            + "`\(columns),exact` to tell them apart"
        ]
    case .characters, .pairs:
      return [
        "column `\(name)`: hardly any blank is in its texts, so each character is a step; set "
          + "`sequence` to `\(columns),as=pairs` for pairs of them, or to `\(columns),as=words`"
      ]
    }
  }

  /// The token of the first known word; before it are padding and unknown words.
  package static let firstWord = 2

  package var shape: TensorShape { hasTokens ? [steps] : [steps, channels.count] }

  package var columns: [String] { channels.flatMap(\.columns) }

  /// A name for each input, step by step.
  var inputNames: [String] {
    (0..<steps).flatMap { step in
      channels.map { isOneCell ? "\($0.columns[0]) \(step + 1)" : $0.columns[step] }
    }
  }

  var summary: String {
    let lines = channels.map { channel in
      let (first, last) = (channel.columns[0], channel.columns.last!)
      let place = isOneCell ? "`\(first)`" : "`\(first)` to `\(last)`"
      return "\(place): " + (isOneCell ? "at most \(steps) steps" : "\(steps) steps")
        + (hasTokens
          ? ""
          : " of (x − \(numberText(channel.offset))) / \(numberText(channel.scale)), missing as "
            + numberText(Double(padding)))
    }
    let tokens =
      switch content {
      case .numbers: [String]()
      case .wholes(let limit): ["tokens 0…\(limit - 1), missing as 0"]
      case .words(let words):
        [
          "\(words.count + Self.firstWord) tokens: 0 missing, 1 unknown, \(words.count) "
            + "\(splitting?.unit.rawValue ?? "words"): " + Preprocessing.list(words)
        ]
      }
    return (lines + tokens + others.map(\.summary)).joined(separator: "\n")
  }

  func validate() throws {
    let isSound =
      steps >= 1 && steps <= 1 << 24 && !channels.isEmpty && (tokens ?? 1) >= 1
      && (!hasTokens || channels.count == 1) && padding.isFinite
      && channels.allSatisfy {
        [1, steps].contains($0.columns.count) && $0.columns.count == channels[0].columns.count
          && $0.offset.isFinite && $0.scale.isFinite && $0.scale > 0
      }
    guard isSound else {
      throw Problem.data(
        "preprocessing of the sequence",
        expected: "channels of \(steps) steps with finite offsets and scales above 0",
        found: "\(channels.count) channels", fix: "the model file is damaged; train again")
    }
  }
}
