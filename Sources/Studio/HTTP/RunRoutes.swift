import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  var runRoutes: [Route] {
    [
      Route(
        method: .get, path: "/api/runs", summary: "The runs, again whenever one changes",
        content: RouteContent(query: ["text"], gives: LineStream.contentType)
      ) { request, _ in
        let watch = RunWatch(
          runs: runs, text: request.uri.queryParameters["text"].map(String.init),
          trainings: trainings)
        return LineStream.response { lines in try await watch.tell(&lines) }
      },
      Route(
        method: .get, path: "/api/run", summary: "One run with its curves",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        let name = try Self.name(in: request)
        let run = try runs.run(name)
        return try Response(
          json: RunAnswer(
            description: runs.description(of: name), epochs: (try? run.metrics()) ?? [],
            hasPage: run.has(.page)))
      },
      Route(
        method: .post, path: "/api/runs/compare", summary: "Lends a page of runs beside each other",
        content: RouteContent(gives: "application/json")
      ) { request, _ in
        let wish = try await read(ComparisonWish.self, from: request)
        let page = try await TrainingThread.run { [runs] _ in
          try runs.compare(wish.names, readsTest: wish.readsTest).html
        }
        return try Response(
          json: Lent(
            path: pages.lend(html: Array(page.utf8))))
      },
      Route(
        method: .post, path: "/api/run/page", summary: "Lends a run's report",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        let run = try runs.run(Self.name(in: request))
        let page = try AtomicFile.read(run[.page], limit: 256 << 20)
        return try Response(
          json: Lent(path: pages.lend(html: page)))
      },
    ]
  }

  var runs: RunCollection {
    RunCollection(path: folder, registry: readers.registry, decoders: readers.decoders)
  }

  static func name(in request: Request) throws -> String {
    guard let name = request.uri.queryParameters["name"] else {
      throw Problem.data("name", expected: "the name of a run", found: "none")
    }
    return String(name)
  }
}

/// A run as the page shows it.
private struct RunAnswer: Encodable {
  let description: RunDescription
  let epochs: [EpochRecord]
  let hasPage: Bool

  private enum CodingKeys: String, CodingKey {
    case description, epochs
    case hasPage = "has_page"
  }
}

private struct ComparisonWish: Decodable, Sendable {
  let names: [String]
  let readsTest: Bool

  private enum CodingKeys: String, CodingKey {
    case names
    case readsTest = "reads_test"
  }
}

/// Where something lies that the browser fetches itself.
struct Lent: Encodable {
  let path: String
}
