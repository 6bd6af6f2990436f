import Engine
import Networks
import Training

/// The source of one network: a type whose functions compute it.
struct SwiftNetworkSource {
  let name: String
  private(set) var functions: Set<String>
  let weights: SwiftWeights
  private let library: String
  private let body: (lines: [String], memory: Int)
  private let model: Model
  private var prediction: [String] = []

  /// - Parameters:
  ///   - name: of the type.
  ///   - library: the package; named as the type if not given.
  ///   - values: the weights of the networks before, which share the file.
  init(
    _ model: Model, name: String, library: String? = nil, behind values: [Float] = []
  ) throws {
    let recording = try GraphRecording(of: model.inputShape) {
      try model.loss.prediction(model.network.named(in: $0))
    }
    var writing = SwiftWriting(SwiftWeights(model.tensors, behind: values))
    try writing.write(recording)
    (self.name, self.library, self.model) = (name, library ?? name, model)
    (weights, functions, body) = (writing.weights, writing.functions, writing.body)
  }

  /// Adds what makes the network's input of raw values, and answers of what it says.
  mutating func addPrediction(_ inputs: SwiftInputs, _ answers: SwiftAnswers) {
    functions.formUnion(inputs.functions)
    let parameters = inputs.parameters.map { "\($0.label): \($0.type)" }
    prediction = answers.declarations + inputs.declarations + [""]
    prediction += ["/// The answer for one example.", "///"]
    if !inputs.parameters.isEmpty {
      prediction.append("/// - Parameters:")
      prediction += inputs.parameters.map { "///   - \($0.label): \($0.meaning)." }
    }
    prediction.append(
      "@inline(never) public func predict(\(parameters.joined(separator: ", "))) -> \(answers.type) {"
    )
    prediction += [
      "  var input: [Float] = []", "  input.reserveCapacity(\(model.inputShape.count))",
    ]
    prediction += (inputs.lines + ["let answer = network(input)"] + answers.lines).map { "  \($0)" }
    prediction += ["}"]
  }

  var text: String {
    let (inputs, outputs) = (model.inputShape.count, model.outputCount)
    let head = """
      // Written by Glassbox \(ProgramVersion.number): one line for each step of the network.

      internal import C\(library)

      /// A network of \(model.parameterCount) learned numbers; see `network` for what it is given and answers.
      public struct \(name): Sendable {
        public init() {}


      """
    let network = """
      /// The network by itself: \(model.inputShape.swift) numbers, row by row, in, \(outputs) out.
      public func network(_ input: [Float]) -> [Float] {
        precondition(input.count == \(inputs), "\(name).network: \(inputs) numbers")
        return [Float](unsafeUninitializedCapacity: \(outputs)) { answer, count in
          let memory = Memory.allocate(capacity: \(max(1, body.memory)))
          input.withUnsafeBufferPointer { input in
            compute(input.baseAddress!, memory, answer.baseAddress!)
          }
          memory.deallocate()
          count = \(outputs)
        }
      }

      @inline(never) private func compute(_ input: Numbers, _ memory: Memory, _ answer: Memory) {
      """
    let weightLines =
      weights.lines.isEmpty ? [] : ["let weights: Numbers = \(library)_weights()"] + weights.lines
    let lines =
      (prediction.isEmpty ? [] : prediction + [""])
      + network.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      + (weightLines + body.lines).map { $0.isEmpty ? "" : "  \($0)" } + ["}"]
    return head + lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined() + "}\n"
  }
}
