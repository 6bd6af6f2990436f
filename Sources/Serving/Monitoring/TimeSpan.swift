import Engine

/// Stretches of time as people write them: `90s`, `15m`, `6h`, `7d`, `2w`.
public enum TimeSpan {
  private static let units: [Character: Double] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
  ]

  /// Of whole ones that are short enough whatever their unit.
  static let schema: Schema = {
    var schema = Schema(.string)
    schema.pattern = "^[1-9][0-9]{0,2}[smhdw]$"
    return schema
  }()

  /// The seconds of a text.
  /// - Parameter name: of the setting, for the error.
  /// - Throws: `Problem` for what is no stretch of time.
  public static func seconds(_ text: String, setting name: String) throws -> Double {
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
      number > 0, number * unit <= 1e9
    else {
      throw Problem.data(
        name, expected: "a number with s, m, h, d or w, such as 7d", found: "`\(text)`")
    }
    return number * unit
  }
}
