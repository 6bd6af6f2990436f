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
        method: .get, path: "/api/runs", summary: "All runs, again whenever one changes",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, _ in
        let runs = runs
        return LineStream.response { lines in
          var last: [UInt8] = []
          while true {
            let now = try JSONText.bytes(of: try runs.list())
            // A line that changes nothing keeps the connection.
            try await lines.write(now == last ? [] : now)
            last = now
            try await Task.sleep(for: .seconds(1))
          }
        }
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
        method: .post, path: "/api/run/page", summary: "Lends a run's report",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        let run = try runs.run(Self.name(in: request))
        let page = try AtomicFile.read(run[.page], limit: 256 << 20)
        return try Response(
          json: Lent(path: pages.lend(.init(content: page, type: "text/html; charset=utf-8"))))
      },
    ]
  }

  var runs: RunCollection {
    RunCollection(path: folder, registry: readers.registry, decoders: readers.decoders)
  }

  private static func name(in request: Request) throws -> String {
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

/// Where something lies that the browser fetches itself.
struct Lent: Encodable {
  let path: String
}
