import Diagnosis
import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  /// What a run answers, why it does not learn better.
  var answerRoutes: [Route] {
    [
      Route(
        method: .get, path: "/api/run/answers", summary: "What a run's model answers",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        try Response(json: RunAnswers(of: runs.run(Self.name(in: request))))
      },
      Route(
        method: .get, path: "/api/run/cell", summary: "The rows of a cell of the confusion",
        content: RouteContent(query: ["name", "truth", "answer"], gives: "application/json")
      ) { request, _ in
        let folder = try runs.run(Self.name(in: request))
        let (truth, answer) = (
          try Self.number("truth", in: request), try Self.number("answer", in: request)
        )
        let cell = try await TrainingThread.run { [readers, lastAnswers] _ in
          try lastAnswers.rows(of: folder, readers).cell(
            truth: truth, answer: answer, limit: CellAnswer.most)
        }
        return try Response(json: CellAnswer(count: cell.count, rows: cell.rows))
      },
      Route(
        method: .get, path: "/api/run/dot", summary: "The row of a dot of a scatter",
        content: RouteContent(query: ["name", "target", "dot"], gives: "application/json")
      ) { request, _ in
        let folder = try runs.run(Self.name(in: request))
        let (target, dot) = (
          try Self.number("target", in: request), try Self.number("dot", in: request)
        )
        let row = try await TrainingThread.run { [readers, lastAnswers] _ in
          try RunReport(of: folder).row(
            ofDot: dot, target: target, among: lastAnswers.rows(of: folder, readers))
        }
        return try Response(json: row)
      },
      Route(
        method: .post, path: "/api/run/diagnosis", summary: "Why a run does not learn better",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, _ in
        let path = try runs.run(Self.name(in: request)).path
        let answer = try await TrainingThread.run { [readers] _ in
          let run = try StoredRun(path, registry: readers.registry, decoders: readers.decoders)
          return try DiagnosisAnswer(Diagnosis(of: run), note: Diagnosis.note(on: run))
        }
        return try Response(json: answer)
      },
    ]
  }

  private static func number(_ name: String, in request: Request) throws -> Int {
    let text = request.uri.queryParameters[Substring(name)].map(String.init) ?? ""
    guard let number = Int(text), number >= 0 else {
      throw Problem.data(name, expected: "a whole number from 0", found: "`\(text)`")
    }
    return number
  }
}

/// The rows of a cell.
private struct CellAnswer: Encodable {
  /// As many as anybody looks through.
  static let most = 24

  let count: Int
  let rows: [Findings.Mistake]
}
