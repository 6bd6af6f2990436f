import Engine
import Hummingbird
import Networks
import Serving
import Training

extension StudioState {
  /// The registry, the monitor, and models that are tried by hand.
  var modelRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/models", summary: "The registry, again whenever it changes",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, _ in
        let registry = registry
        return LineStream.response { lines in
          while true {
            // A database may let it wait.
            let now = try await TrainingThread.run { _ in
              try JSONText.bytes(of: RegistryNow(registry))
            }
            try await lines.write(state: now)
            try await Task.sleep(for: .seconds(1))
          }
        }
      },
      Route(
        method: .post, path: "/api/models", summary: "Changes the registry", content: json
      ) { request, _ in
        let change = try await read(RegistryChange.self, from: request)
        try await TrainingThread.run { [registry, runs] _ in
          try change.make(in: registry, runs)
        }
        return try Response(json: [String: String]())
      },
      Route(
        method: .post, path: "/api/models/monitor", summary: "Lends a monitor's page", content: json
      ) { request, _ in
        let wish = try await read(MonitorWish.self, from: request)
        let (report, name) = try await TrainingThread.run { _ in
          let model = try load(wish.of)
          return (try wish.report(model), model.identity.name)
        }
        return try Response(
          json: MonitorAnswer(
            sentence: report.sentence, rows: report.rows, verdict: report.verdict,
            path: pages.lend(html: Array(report.html(of: name).utf8))))
      },
      Route(
        method: .post, path: "/api/tried", summary: "Opens a model to be tried", content: json
      ) { request, _ in
        let wish = try await read(ModelWish.self, from: request)
        let model = try await TrainingThread.run { [limits] _ in
          TriedModel(try load(wish), limits: limits)
        }
        return try Response(json: ["id": await tried.add(model)])
      },
      Route(
        method: .post, path: "/api/models/file",
        summary: "Looks into a file of a model or of tensors",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        let name = try Self.name(in: request)
        let bytes = try await request.bytes(upTo: KeptFile.most)
        let (look, model) = try await TrainingThread.run { [readers] _ in
          let dropped = try DroppedFile(bytes, name: name, readers)
          var look = try ModelLook(dropped.file)
          look.notes = dropped.notes
          return (look, dropped.served)
        }
        var id: String?
        if let model { id = await tried.add(TriedModel(model, limits: limits)) }
        return try Response(json: DroppedAnswer(id: id, look: look))
      },
      Route(
        method: .get, path: "/api/tried/:id/look", summary: "What is in a model", content: json
      ) { _, context in
        let model = try tried[Self.id(context)].model
        let look = try await TrainingThread.run { _ in
          try ModelLook(.model(ModelFacts(model.trained, name: model.identity.name)))
        }
        return try Response(json: look)
      },
      Route(
        method: .get, path: "/api/tried/:id/model", summary: "What answers", content: json
      ) { _, context in
        try tried[Self.id(context)].description()
      },
      Route(
        method: .post, path: "/api/tried/:id/predict", summary: "Answers for rows or images",
        content: json
      ) { request, context in
        try await tried[Self.id(context)].predict(request, context)
      },
      Route(
        method: .post, path: "/api/tried/:id/explain",
        summary: "What an input contributes to its answer", content: json
      ) { request, context in
        try await tried[Self.id(context)].explain(request, context)
      },
    ]
  }
}

/// What a file holds that was dropped on the page.
private struct DroppedAnswer: Encodable {
  /// By which it can be tried; nil for no model.
  let id: String?
  let look: ModelLook
}
