extension ClassificationReport {
  private enum CodingKeys: String, CodingKey {
    case examples, accuracy, auc, classes, macro, weighted, micro, confusion, sample
    case topK = "top_k"
    case topKAccuracy = "top_k_accuracy"
    case logLoss = "log_loss"
  }

  /// Names in the files of earlier versions, which stay readable.
  private enum FormerKeys: String, CodingKey { case topK, topKAccuracy, logLoss }

  /// Reads what ``encode(to:)`` writes, and what earlier versions wrote.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let former = try decoder.container(keyedBy: FormerKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ old: FormerKeys) throws -> Value {
      former.contains(old)
        ? try former.decode(Value.self, forKey: old) : try fields.decode(Value.self, forKey: key)
    }
    examples = try fields.decode(Int.self, forKey: .examples)
    accuracy = try fields.decode(Score.self, forKey: .accuracy)
    topK = try value(.topK, .topK)
    topKAccuracy = try value(.topKAccuracy, .topKAccuracy)
    auc = try fields.decode(Score.self, forKey: .auc)
    logLoss = try value(.logLoss, .logLoss)
    classes = try fields.decode([ClassScores].self, forKey: .classes)
    macro = try fields.decode(Averages.self, forKey: .macro)
    weighted = try fields.decode(Averages.self, forKey: .weighted)
    micro = try fields.decode(Averages.self, forKey: .micro)
    confusion = try fields.decode([[Int]].self, forKey: .confusion)
    sample = try fields.decodeIfPresent(ScoredSample.Summary.self, forKey: .sample)
  }

  /// Names as in all JSON of the program.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(examples, forKey: .examples)
    try fields.encode(accuracy, forKey: .accuracy)
    try fields.encode(topK, forKey: .topK)
    try fields.encode(topKAccuracy, forKey: .topKAccuracy)
    try fields.encode(auc, forKey: .auc)
    try fields.encode(logLoss, forKey: .logLoss)
    try fields.encode(classes, forKey: .classes)
    try fields.encode(macro, forKey: .macro)
    try fields.encode(weighted, forKey: .weighted)
    try fields.encode(micro, forKey: .micro)
    try fields.encode(confusion, forKey: .confusion)
    try fields.encodeIfPresent(sample, forKey: .sample)
  }
}
