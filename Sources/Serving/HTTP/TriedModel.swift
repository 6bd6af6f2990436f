import Engine
package import Hummingbird

/// A model that people try by hand inside another server: it answers as a server of its own would.
package final class TriedModel: Sendable {
  private let routes: Routes
  private let queue: PredictionQueue

  /// - Parameter limits: of the server that it is tried in.
  package init(_ model: ServedModel, limits: ServingLimits) {
    var settings = ServingSettings()
    (settings.limits, settings.threads) = (limits, 1)
    queue = PredictionQueue(threads: 1, limits: limits)
    routes = Routes(
      slot: ModelSlot(model), settings: settings, queue: queue,
      explanations: ExplanationQueue(limits), metrics: ServerMetrics(),
      activity: ServerActivity())
  }

  deinit { queue.close() }

  /// What answers.
  package var model: ServedModel { routes.slot.model }

  /// What a request has to hold, and what is answered.
  package func description() throws -> Response { try Response(json: ModelDescription(model)) }

  /// Answers for rows or images, as `POST /predict` does.
  package func predict(_ request: Request, _ context: ServingContext) async throws -> Response {
    try await routes.predict(request, context)
  }

  /// What an input contributes to its answer, as `POST /explain` says it.
  package func explain(_ request: Request, _ context: ServingContext) async throws -> Response {
    try await routes.explain(request, context)
  }
}
