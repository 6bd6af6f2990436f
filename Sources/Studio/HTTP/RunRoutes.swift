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
        let answer = try await TrainingThread.run { [runs] _ in
          let run = try runs.run(name)
          return try RunAnswer(
            description: runs.description(of: name),
            metrics: try? run.metricsOverview(most: RunAnswer.most), hasPage: run.has(.page))
        }
        return try Response(json: answer)
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
private struct RunAnswer: Encodable, Sendable {
  let description: RunDescription
  /// Those that are drawn.
  let epochs: [EpochRecord]
  /// How many there are.
  let epochCount: Int
  /// Each so many-th is drawn.
  let epochStride: Int
  let hasPage: Bool

  /// As many epochs as a curve on a page shows apart.
  static let most = 500

  init(description: RunDescription, metrics: MetricsOverview?, hasPage: Bool) {
    self.description = description
    epochs = metrics?.epochs ?? []
    (epochCount, epochStride) = (metrics?.count ?? 0, metrics?.stride ?? 1)
    self.hasPage = hasPage
  }

  private enum CodingKeys: String, CodingKey {
    case description, epochs
    case epochCount = "epoch_count"
    case epochStride = "epoch_stride"
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
