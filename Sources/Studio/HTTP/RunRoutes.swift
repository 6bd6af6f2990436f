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
        let (text, runs) = (request.uri.queryParameters["text"].map(String.init), runs)
        return LineStream.response { lines in
          var last: [UInt8] = []
          let clock = ContinuousClock()
          while true {
            let start = clock.now
            let now = try JSONText.bytes(of: RunsNow(runs, text: text, trainings))
            // A line that changes nothing keeps the connection.
            try await lines.write(now == last ? [] : now)
            last = now
            // A look at very many runs takes long, and shall not keep a core busy.
            try await Task.sleep(
              for: max(.seconds(1), start.duration(to: clock.now) * RunsNow.rest))
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
        method: .post, path: "/api/runs/compare", summary: "Lends a page of runs beside each other",
        content: RouteContent(gives: "application/json")
      ) { request, _ in
        let wish = try await read(ComparisonWish.self, from: request)
        let page = try await TrainingThread.run { [runs] _ in
          try runs.compare(wish.names, readsTest: wish.readsTest).html
        }
        return try Response(
          json: Lent(
            path: pages.lend(
              .init(content: Array(page.utf8), type: "text/html; charset=utf-8"))))
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
