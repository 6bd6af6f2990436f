import Networks

/// What a file holds, with its names as all output spells them: `best_epoch`. Files keep the names they
/// were first written with, so that every version reads them.
struct FileContent: Encodable {
  private let value: LocatedValue

  init(_ value: some Encodable) throws {
    self.value = Self.spelled(
      try LocatedValue(json: JSONText.encode(value), origin: "\(type(of: value))"))
  }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

  private static func spelled(_ value: LocatedValue) -> LocatedValue {
    switch value.content {
    case .list(let items): LocatedValue(.list(items.map(spelled)))
    case .object(let members):
      // One value of a choice has no name of its own.
      if let only = members["_0"], members.count == 1 {
        spelled(only)
      } else {
        LocatedValue(
          .object(
            Dictionary(members.map { (snakeCase($0), spelled($1)) }) { first, _ in first }))
      }
    default: value
    }
  }

  private static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { name, letter in
      name += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
    }
  }
}
