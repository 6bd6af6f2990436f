import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  var studyRoutes: [Route] {
    let ofStudy = RouteContent(query: ["name"], gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/studies", summary: "The studies, again whenever one changes",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, _ in
        LineStream.response { lines in
          while true {
            let now = try JSONText.bytes(of: StudiesNow(self))
            try await lines.write(state: now)
            try await Task.sleep(for: .seconds(2))
          }
        }
      },
      Route(
        method: .get, path: "/api/study/settings", summary: "What can be said of a study",
        content: RouteContent(gives: "application/json")
      ) { _, _ in try Response(json: StudySetting.all) },
      Route(
        method: .get, path: "/api/study/space", summary: "What is looked for, if nobody says it",
        content: RouteContent(query: ["data", "target"], gives: "application/json")
      ) { request, _ in
        let query = request.uri.queryParameters
        let wish = StudyWish(
          settings: ["data", "target"].reduce(into: [:]) {
            $0[$1] = query[Substring($1)].map(String.init)
          })
        return try Response(
          json: try await TrainingThread.run { [readers] _ in try wish.usualSpace(readers) })
      },
      Route(
        method: .post, path: "/api/studies", summary: "Begins a study",
        content: RouteContent(gives: "application/json")
      ) { request, _ in
        let wish = try await read(StudyWish.self, from: request)
        return try Response(
          json: BegunAnswer(study: await trainings.begin { try wish.work(in: nil, self) }))
      },
      Route(
        method: .post, path: "/api/study/resume", summary: "Goes on with a study", content: ofStudy
      ) { request, _ in
        let (path, wish) = (
          try Self.name(in: request), try await read(StudyWish.self, from: request)
        )
        return try Response(
          json: BegunAnswer(study: await trainings.begin { try wish.work(in: path, self) }))
      },
      Route(
        method: .post, path: "/api/study/stop", summary: "Stops a study after its steps",
        content: ofStudy
      ) { request, _ in
        let path = try StoredStudy(Self.name(in: request), registry: readers.registry).folder
        try trainings.stop(path)
        return try Response(json: [String: String]())
      },
      Route(
        method: .post, path: "/api/study/page", summary: "Lends a study's report",
        content: ofStudy
      ) { request, _ in
        let folder = try Self.name(in: request)
        let stored = try StoredStudy(folder, registry: readers.registry)
        let file = "\(folder)/\(RunFolder.File.page.rawValue)"
        // What a study wrote at its end knows more than its trials: the finalists.
        let page =
          !stored.isRunning && AtomicFile.exists(file)
          ? try AtomicFile.read(file, limit: 256 << 20)
          : Array(StudyReport(of: stored.record).html.utf8)
        return try Response(
          json: Lent(path: pages.lend(html: page)))
      },
    ]
  }
}
