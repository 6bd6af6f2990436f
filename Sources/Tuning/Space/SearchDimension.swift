/// One number that a study looks for: what samplers know of a setting.
package struct SearchDimension: Sendable, Hashable, Codable {
  /// The values it may have.
  package enum Domain: Sendable, Hashable, Codable {
    /// A number from `low` to `high`, both included.
    case real(low: Double, high: Double, isLogarithmic: Bool)
    /// A whole number from `low` to `high`, both included.
    case whole(low: Int, high: Int, isLogarithmic: Bool)
    /// One of so many values without an order, by its place: 0 to `count` − 1.
    case choice(count: Int)

    private enum RealCodingKeys: String, CodingKey {
      case low, high
      case isLogarithmic = "is_logarithmic"
    }

    private enum WholeCodingKeys: String, CodingKey {
      case low, high
      case isLogarithmic = "is_logarithmic"
    }
  }

  /// When it is there at all.
  package struct Condition: Sendable, Hashable, Codable {
    /// The place of another dimension, an earlier one.
    package let dimension: Int
    /// The values of that, whole numbers or places of choices, beside which this one is there.
    package let values: [Int]

    package init(dimension: Int, values: [Int]) {
      (self.dimension, self.values) = (dimension, values)
    }
  }

  /// Where the value goes in the settings: `learning_rate`, `optimizer.momentum`, `hidden[1]`.
  package let name: String
  package let domain: Domain
  /// All of them must hold; none for one that is always there.
  package let conditions: [Condition]

  package init(_ name: String, _ domain: Domain, when conditions: [Condition] = []) {
    (self.name, self.domain, self.conditions) = (name, domain, conditions)
  }

  /// Whether it is there beside the values of the earlier dimensions.
  package func isPresent(in point: [Double?]) -> Bool {
    conditions.allSatisfy { condition in
      point[condition.dimension].map { value in
        condition.values.contains { Double($0) == value }
      } ?? false
    }
  }
}

/// A value for each dimension of a space: the number, or the place of the choice; nil for a dimension that is
/// not there.
package typealias SearchPoint = [Double?]
