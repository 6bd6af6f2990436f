import Engine

/// Which value of a graph a network answers with.
struct ONNXAnswer {
  var name: String
  /// The names of classes that its file packs the numbers with.
  var labels: [String]?
  /// What was decided, in sentences.
  var notes: [String] = []
}

extension ONNXModel {
  /// The value that is asked for, or else the first result of classes packed with numbers, or else the first that holds numbers with a fraction, or else numbers.
  ///
  /// Classifiers of scikit-learn answer with a label and with a map of labels to probabilities: these are taken as
  /// they were before they were packed.
  /// - Throws: `Problem` where there is none.
  func answer(_ wanted: String?) throws -> ONNXAnswer {
    let makers = Dictionary(
      graph.nodes.flatMap { node in node.outputs.map { ($0, node) } }, uniquingKeysWith: { $1 })
    func unpacked(_ name: String) -> ONNXAnswer? {
      guard let node = makers[name], node.key == "ai.onnx.ml.ZipMap", let inner = node.inputs.first
      else { return nil }
      var labels: [String]?
      if case .texts(let list) = node.attributes["classlabels_strings"] { labels = list }
      if case .integers(let list) = node.attributes["classlabels_int64s"] {
        labels = list.map { "\($0)" }
      }
      return ONNXAnswer(name: inner, labels: labels)
    }
    let outputs = graph.outputs
    let numbers = outputs.filter { $0.type != nil && $0.type != .string }
    let chosen =
      wanted ?? outputs.first { unpacked($0.name) != nil }?.name
      ?? numbers.first { !($0.type ?? .float).isWhole }?.name ?? numbers.first?.name
      // Some files say nothing of their results' types.
      ?? outputs.first?.name
    let names = outputs.map(\.name)
    guard let chosen, names.contains(chosen) || makers[chosen] != nil else {
      throw Problem.data(
        "output", expected: "one of \(names.joined(separator: ", "))", found: wanted ?? "none")
    }
    var answer = unpacked(chosen) ?? ONNXAnswer(name: chosen)
    if names.count > 1, wanted == nil {
      answer.notes.append(
        "of the results \(names.joined(separator: ", ")) the network answers with \(chosen)")
    }
    return answer
  }
}
