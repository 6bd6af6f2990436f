public import Datasets
import Engine

/// One input of an example, as a person reads it.
public struct InputValue: Sendable, Codable, Equatable {
  public var name: String
  public var value: String
}

extension Preprocessing {
  /// What a row of inputs stands for, column by column, as it was typed. Nothing for images and
  /// sequences.
  public func inputValues(_ input: [Float]) -> [InputValue] {
    guard case .columns = inputs, input.count == inputShape.count else { return [] }
    return written(input).map { InputValue(name: $0.column, value: $0.text) }
  }
}
