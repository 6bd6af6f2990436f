import Charts
import Datasets
import Engine
import Explaining
import HTTPTypes
import Hummingbird
import Training

extension Routes {
  /// What each part of one row or image contributes to its answer. Takes what `/predict` takes; in the query
  /// `answer` names the class, label or target that is explained, `step` a step that has an answer of its
  /// own, and `trace=true` asks for the learning cycle too. `Accept: image/png` takes the map of an image
  /// alone.
  func explain(_ request: Request, _ context: ServingContext) async throws -> Response {
    let query = try ExplanationQuery(request)
    let instances = try await instances(of: request)
    guard instances.count == 1 else {
      throw Problem.data(
        "body", expected: "one row or image", found: "\(instances.count)",
        fix: "send a request for each")
    }
    let model = slot.model
    let found = try await explanations.run(
      deadline: context.arrived + .seconds(settings.limits.totalSeconds),
      isWanted: { [channel = context.channel] in channel.isActive }
    ) { [limits = settings.limits] check in
      let inputs = try model.trained.prepared(instances, limits)
      let explanation = try model.trained.explain(inputs, query.options) { _, _ in try check() }
      return Found(
        explanation: explanation,
        map: ExplanationMap(
          explanation.regions, of: inputs.floats, model.trained.preprocessing)?.bitmap,
        trace: query.hasTrace ? try model.trained.traceOfOwnAnswer(inputs.floats) : nil)
    }
    if query.wantsImage, let map = found.map { return Response(map.png, "image/png") }
    return try Response(
      json: ExplanationAnswer(
        id: context.requestID, model: model.identity, explanation: found.explanation,
        map: found.map?.dataAddress, trace: found.trace,
        timings: .init(total: (ContinuousClock.now - context.arrived).milliseconds)))
  }

  private struct Found: Sendable {
    var explanation: Explanation
    var map: PNGBitmap?
    var trace: Trace?
  }
}

/// What a request for an explanation asks for beside its body.
struct ExplanationQuery {
  var options = ExplanationOptions()
  var hasTrace = false
  /// Whether it takes an image and no JSON.
  var wantsImage: Bool

  static let parameters = [
    QueryParameter(
      name: "answer", description: "The class, label or target that is explained."
    ) { model in
      var name = Schema(.string)
      name.choices = model.labels.isEmpty ? model.preprocessing.targetNames : model.labels
      return name
    },
    QueryParameter(
      name: "step", description: "A step that has an answer of its own, counted from 1."
    ) { model in
      model.preprocessing.stepLabels.map { steps in
        var step = Schema(.integer)
        (step.minimum, step.maximum) = (1, Double(steps.count))
        return step
      }
    },
    QueryParameter(
      name: "trace", description: "Whether the learning cycle is answered too.",
      schema: { _ in Schema(.boolean) }),
  ]

  /// - Throws: `Problem` for what is no number, or neither true nor false, and for unknown names.
  init(_ request: Request) throws {
    let accepted = request.headers[.accept] ?? ""
    wantsImage = accepted.contains("image/png") && !accepted.contains("json")
    for (name, value) in request.uri.queryParameters {
      switch name {
      case "answer": options.answer = String(value)
      case "step":
        guard let step = Int(value) else {
          throw Problem.data("step", expected: "a whole number", found: "`\(value)`")
        }
        options.step = step
      case "trace":
        guard let isAsked = Bool(String(value)) else {
          throw Problem.data("trace", expected: "true or false", found: "`\(value)`")
        }
        hasTrace = isAsked
      default: throw Problem.unknown("query", String(name), among: Self.parameters.map(\.name))
      }
    }
  }
}
