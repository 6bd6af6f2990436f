import Engine
import Explaining
import Hummingbird
import Networks
import Serving

extension StudioState {
  /// What looks at a playground and changes nothing.
  var lookingRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/playgrounds/:id/trace", summary: "Where a number comes from",
        content: json
      ) { request, context in
        let wish = try await read(TraceWish.self, from: request)
        let (trace, row) = try await playgrounds[Self.id(context)].with(
          fork: wish.isOfFork ?? false
        ) {
          let row: PlaygroundRow? =
            if case .row(let number) = wish.input { try $0.row(number) } else { nil }
          return (try $0.trace(wish.input, selection: wish.selection), row)
        }
        return try Response(json: TracedNumber(trace, row: row))
      },
      Route(
        method: .post, path: "/api/playgrounds/:id/window",
        summary: "What a number is computed from", content: json
      ) { request, context in
        let wish = try await read(WindowWish.self, from: request)
        return try Response(
          json: try await playgrounds[Self.id(context)].with(fork: wish.isOfFork ?? false) {
            try $0.window(row: wish.row, layer: wish.layer, cell: wish.cell)
          })
      },
      Route(
        method: .post, path: "/api/playgrounds/:id/landscape",
        summary: "The loss around the weights, with the way they went", content: json
      ) { _, context in
        try Response(json: try await playgrounds[Self.id(context)].with { try $0.landscape() })
      },
      Route(
        method: .post, path: "/api/playgrounds/:id/proof",
        summary: "The finite difference beside a gradient", content: json
      ) { request, context in
        let wish = try await read(ProofWish.self, from: request)
        let proof = try await playgrounds[Self.id(context)].with(fork: wish.isOfFork ?? false) {
          try $0.prove(wish.input, weight: wish.weight, place: wish.place)
        }
        return try Response(json: ProvedNumber(proof: proof, text: proof.text))
      },
      Route(
        method: .post, path: "/api/playgrounds/:id/export", summary: "Lends a file of it",
        content: RouteContent(query: ["form"], gives: "application/json")
      ) { request, context in
        let form = try Self.form(request)
        let (bytes, name) = try await playgrounds[Self.id(context)].with {
          (try $0.export(form), form.fileName(for: $0.settings.data))
        }
        return try Response(
          json: Lent(
            path: pages.lend(
              .init(content: bytes, type: "application/octet-stream", fileName: name))))
      },
    ]
  }

  private static func form(_ request: Request) throws -> ExportForm {
    let name = request.uri.queryParameters["form"].map(String.init) ?? ""
    guard let form = ExportForm(rawValue: name) else {
      throw Problem.unknown("form", name, among: ExportForm.allCases.map(\.rawValue))
    }
    return form
  }
}

/// A number that is asked about.
private struct TraceWish: Decodable {
  let input: TraceInput
  let selection: TraceSelection
  let isOfFork: Bool?

  private enum CodingKeys: String, CodingKey {
    case input, selection
    case isOfFork = "is_of_fork"
  }
}

/// A number of a layer whose window is asked for.
private struct WindowWish: Decodable {
  let row: Int
  let layer: String
  let cell: Int
  let isOfFork: Bool?

  private enum CodingKeys: String, CodingKey {
    case row, layer, cell
    case isOfFork = "is_of_fork"
  }
}

/// A gradient that is to be proved.
private struct ProofWish: Decodable {
  let input: TraceInput
  let weight: String?
  let place: [Int]?
  let isOfFork: Bool?

  private enum CodingKeys: String, CodingKey {
    case input, weight, place
    case isOfFork = "is_of_fork"
  }
}

private struct ProvedNumber: Encodable {
  let proof: Proof
  let text: String
}
