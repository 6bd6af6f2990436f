import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  var studyRoutes: [Route] {
    [
      Route(
        method: .get, path: "/api/studies", summary: "The studies, again whenever one changes",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, _ in
        let (folders, registry) = ([folder, studies], readers.registry)
        return LineStream.response { lines in
          while true {
            let now = try JSONText.bytes(of: StudiesNow(in: folders, registry))
            try await lines.write(state: now)
            try await Task.sleep(for: .seconds(2))
          }
        }
      },
      Route(
        method: .post, path: "/api/study/page", summary: "Lends a study's report",
        content: RouteContent(query: ["name"], gives: "application/json")
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
