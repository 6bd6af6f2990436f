package import Engine

/// Several networks that see the same input, and their mean answer.
///
/// Each member answers by weights of its own, in the scope `member_1`, `member_2` …; the answers have one
/// shape, [batch, …]. Through `linear` (values, probabilities) the result is their mean. Where a loss makes
/// probabilities of scores by itself, their mean is taken of the probabilities and turned back into scores:
/// through `softmax` y = ln mean softmax(z), through `sigmoid` y = ln mean σ(z) − ln mean σ(−z), so that the
/// loss's own probabilities of y are the members' mean.
package struct Ensemble: IdentifiedLayer {
  package static let kind = "ensemble"
  package static var usual: Self { Self([]) }
  package static var settings: [Setting<Self>] {
    [.required("members", \.list), .usual("through", \.through), .name]
  }

  /// A network each.
  package var members: [any Layer]
  /// What makes probabilities of the members' answers; `linear` where they are what they shall be.
  package var through: ActivationFunction
  package var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `ensemble` if not given.
  package init(
    _ members: [any Layer], through: ActivationFunction = .linear, name: String? = nil
  ) {
    self.members = members
    self.through = through
    identity = LayerIdentity(name: name)
  }

  package var innerLayers: [any Layer] { members }
  package var detail: String { "\(members.count) members" }

  var list: LayerList {
    get { LayerList(members) }
    set { members = newValue.layers }
  }

  /// The beginning of the names of a member's tensors, the first of a network of its own.
  ///
  /// - Parameter member: counted from 0.
  package static func scope(ofMember member: Int) -> String { "member_\(member + 1)" }

  package func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      let answers = try members.enumerated().map { place, member in
        try graph.scope(Self.scope(ofMember: place)) { try member.named(in: input) }
      }
      guard let first = answers.first, answers.allSatisfy({ $0.shape == first.shape }) else {
        throw Problem.shape(
          graph.path, expected: "members, all with answers of one shape",
          found: answers.isEmpty ? "none" : answers.map { "\($0.shape)" }.joined(separator: ", "))
      }
      let rest = Array(first.shape.extents.dropFirst())
      let each = try TensorShape(checking: [first.shape[0], 1] + rest)
      let all = try Ops.Concatenate(axis: 1).apply(to: answers.map { try $0.reshaped(to: each) })
      let mean = try mean(of: all).keepingMask(of: first)
      mean.members = all
      return mean
    }
  }

  /// - Parameter answers: [batch, members, …].
  private func mean(of answers: Node) throws -> Node {
    /// ln mean e^x over the members.
    func logarithm(_ logarithms: Node) throws -> Node {
      try Ops.LogSumExp(axes: 1..<2)(logarithms) - Double.log(Double(members.count))
    }
    switch through.name {
    case ActivationFunction.linear.name: return try Ops.Mean(axes: 1..<2)(answers)
    case ActivationFunction.softmax.name: return try logarithm(answers.logSoftmax())
    case ActivationFunction.sigmoid.name:
      return try logarithm(-(-answers).softplus()) - logarithm(-answers.softplus())
    default:
      throw Problem.shape(
        answers.graph.path, expected: "`through` linear, softmax or sigmoid",
        found: through.name)
    }
  }
}

extension Loss {
  /// What an ``Ensemble`` of networks that learned with this loss takes the mean of their answers through.
  package var ensembleActivation: ActivationFunction {
    guard output == .scores else { return .linear }
    return hasClassTargets ? .softmax : .sigmoid
  }
}

extension Model {
  /// Whether its answer is the mean of whole networks.
  package var isEnsemble: Bool { layers.count == 1 && layers[0] is Ensemble }
}
