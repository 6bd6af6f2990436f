import Datasets

/// What a value in JSON looks like, as JSON Schema says it (draft 2020-12, the one of OpenAPI 3.1).
struct Schema: Encodable, Sendable, Equatable {
  enum Kind: String, Encodable, Sendable, Hashable {
    case object, array, string, number, integer, boolean, null
  }

  /// Any of them; nil for whatever else the schema says, or for anything.
  var kinds: [Kind]?
  var description: String?
  /// The place of the schema that is meant.
  var reference: String?
  var format: String?
  var pattern: String?
  var choices: [String]?
  var minimum: Double?
  var maximum: Double?
  var minimumLength: Int?
  var maximumLength: Int?
  var properties: [String: Schema]?
  var required: [String]?
  /// Of properties without a schema of their own; nil allows any.
  var otherProperties: Part?
  /// Of the elements of an array, the first of them by their place.
  var firstElements: [Schema]?
  var elements: Part?
  var minimumElements: Int?
  var maximumElements: Int?
  var anyOf: [Schema]?
  var examples: [CellValue]?

  /// A schema inside one, or nothing at all.
  indirect enum Part: Encodable, Sendable, Equatable {
    case some(Schema)
    case none

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .some(let schema): try schema.encode(to: encoder)
      case .none:
        var container = encoder.singleValueContainer()
        try container.encode(false)
      }
    }
  }

  init(_ kinds: Kind...) { self.kinds = kinds.isEmpty ? nil : kinds }

  /// Any of several.
  static func any(of schemas: [Schema], _ description: String? = nil) -> Schema {
    var schema = Schema()
    (schema.anyOf, schema.description) = (schemas, description)
    return schema
  }

  static func array(
    of element: Schema, atLeast: Int? = nil, atMost: Int? = nil, _ description: String? = nil
  ) -> Schema {
    var schema = Schema(.array)
    (schema.elements, schema.description) = (.some(element), description)
    (schema.minimumElements, schema.maximumElements) = (atLeast, atMost)
    return schema
  }

  /// One that stands among the document's components.
  static func component(_ name: String) -> Schema {
    var schema = Schema()
    schema.reference = "#/components/schemas/\(name)"
    return schema
  }

  static func text(_ description: String? = nil) -> Schema {
    var schema = Schema(.string)
    schema.description = description
    return schema
  }

  private enum Key: String, CodingKey {
    case type, description, format, pattern, minimum, maximum, properties, required, items, anyOf
    case examples, additionalProperties, prefixItems, minItems, maxItems, minLength, maxLength
    case reference = "$ref"
    case choices = "enum"
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    if let kinds, kinds.count == 1 {
      try fields.encode(kinds[0], forKey: .type)
    } else {
      try fields.encodeIfPresent(kinds, forKey: .type)
    }
    try fields.encodeIfPresent(reference, forKey: .reference)
    try fields.encodeIfPresent(description, forKey: .description)
    try fields.encodeIfPresent(format, forKey: .format)
    try fields.encodeIfPresent(pattern, forKey: .pattern)
    try fields.encodeIfPresent(choices, forKey: .choices)
    try fields.encodeIfPresent(minimum, forKey: .minimum)
    try fields.encodeIfPresent(maximum, forKey: .maximum)
    try fields.encodeIfPresent(minimumLength, forKey: .minLength)
    try fields.encodeIfPresent(maximumLength, forKey: .maxLength)
    try fields.encodeIfPresent(properties, forKey: .properties)
    try fields.encodeIfPresent(required, forKey: .required)
    try fields.encodeIfPresent(otherProperties, forKey: .additionalProperties)
    try fields.encodeIfPresent(firstElements, forKey: .prefixItems)
    try fields.encodeIfPresent(elements, forKey: .items)
    try fields.encodeIfPresent(minimumElements, forKey: .minItems)
    try fields.encodeIfPresent(maximumElements, forKey: .maxItems)
    try fields.encodeIfPresent(anyOf, forKey: .anyOf)
    try fields.encodeIfPresent(examples, forKey: .examples)
  }
}
