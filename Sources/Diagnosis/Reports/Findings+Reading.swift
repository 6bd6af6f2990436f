import Charts

extension Findings.Mistake {
  /// Earlier versions counted rows from 0, and called them `row`.
  private enum EarlierKeys: String, CodingKey { case row }

  /// Reads what this version writes and what earlier ones wrote.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let earlier = try decoder.container(keyedBy: EarlierKeys.self)
    row = try fields.decodeIfPresent(Int.self, forKey: .row) ?? Self.counted(earlier)
    truth = try fields.decode(String.self, forKey: .truth)
    answer = try fields.decode(String.self, forKey: .answer)
    probability = try fields.decodeIfPresent(Double.self, forKey: .probability)
    truthProbability = try fields.decodeIfPresent(Double.self, forKey: .truthProbability)
    error = try fields.decodeIfPresent(Double.self, forKey: .error)
    inputs = try fields.decode([InputValue].self, forKey: .inputs)
    inputsLeftOut = try fields.decode(Int.self, forKey: .inputsLeftOut)
    image = try fields.decodeIfPresent(String.self, forKey: .image)
    file = try fields.decodeIfPresent(String.self, forKey: .file)
  }

  /// The row as it is counted now.
  private static func counted(
    _ earlier: KeyedDecodingContainer<EarlierKeys>
  ) throws -> Int {
    let row = try earlier.decode(Int.self, forKey: .row)
    guard row < .max else {
      throw DecodingError.dataCorruptedError(
        forKey: .row, in: earlier, debugDescription: "no table has \(row) rows")
    }
    return row + 1
  }
}
