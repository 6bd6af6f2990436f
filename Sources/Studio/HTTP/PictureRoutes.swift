import Charts
import Engine
import Explaining
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  var pictureRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/pictures", summary: "The runs that look at pictures",
        content: json
      ) { _, _ in
        try Response(json: PictureRuns(runs, pictureRuns, registry: readers.registry))
      },
      Route(
        method: .post, path: "/api/pictures", summary: "Opens a run's model", content: json
      ) { request, _ in
        let wish = try await read(PictureWish.self, from: request)
        let run = try StoredRun(
          runs.run(wish.run).path, registry: readers.registry, decoders: readers.decoders)
        let board = try PictureBoard(run.model())
        let (network, frame, kernels) = (
          try PictureNetwork(board), try board.frame(), board.kernels
        )
        let host = PictureHost(board, of: run)
        return try Response(
          json: OpenedPictures(
            id: await pictureBoards.add(host), network: network, frame: frame, kernels: kernels))
      },
      Route(
        method: .delete, path: "/api/pictures/:id", summary: "Closes it", content: json
      ) { _, context in
        await pictureBoards.close(Self.id(context))
        return try Response(json: [String: String]())
      },
      Route(
        method: .post, path: "/api/pictures/:id", summary: "Does something", content: json
      ) { request, context in
        let action = try await read(PictureHost.Action.self, from: request)
        return try Response(json: await pictureBoards[Self.id(context)].act(action))
      },
      Route(
        method: .post, path: "/api/pictures/:id/drawing",
        summary: "A picture as levels, a byte for each pixel and channel", content: json
      ) { request, context in
        let levels = try await request.bytes(upTo: limits.bodyBytes)
        return try Response(json: await pictureBoards[Self.id(context)].draw(levels))
      },
      Route(
        method: .post, path: "/api/pictures/:id/file", summary: "A picture as a file",
        content: RouteContent(query: ["name"], gives: "application/json")
      ) { request, context in
        let name = request.uri.queryParameters["name"].map(String.init) ?? "picture"
        let bytes = try await request.bytes(upTo: limits.bodyBytes)
        let frame = try await pictureBoards[Self.id(context)].open(bytes, name: name) {
          [limits] trained in
          try trained.prepared(images: [(name, bytes)], limits)
        }
        return try Response(json: frame)
      },
    ] + pictureLookingRoutes
  }

  /// What looks at a picture and changes nothing.
  private var pictureLookingRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/pictures/:id/examples", summary: "Some of the run's pictures",
        content: RouteContent(query: ["from", "count"], gives: "application/json")
      ) { request, context in
        let query = request.uri.queryParameters
        func number(_ name: String, _ usual: Int) throws -> Int {
          guard let text = query[Substring(name)] else { return usual }
          guard let number = Int(text) else {
            throw Problem.data(name, expected: "a whole number", found: "`\(text)`")
          }
          return number
        }
        let (first, count) = (try number("from", 0), try number("count", 24))
        return try Response(
          json: await pictureBoards[Self.id(context)].page(from: first, count: count))
      },
      Route(
        method: .post, path: "/api/pictures/:id/cell", summary: "Where a number comes from",
        content: json
      ) { request, context in
        let wish = try await read(CellWish.self, from: request)
        let cell = try await pictureBoards[Self.id(context)].with {
          try $0.cell(layer: wish.layer, wish.cell)
        }
        return try Response(json: cell)
      },
      Route(
        method: .get, path: "/api/pictures/:id/kernels", summary: "Weights that are pictures",
        content: json
      ) { _, context in
        try Response(json: await pictureBoards[Self.id(context)].with { $0.kernels })
      },
      Route(
        method: .get, path: "/api/pictures/:id/explanation",
        summary: "Which regions decide an answer; ends when its reader goes",
        content: RouteContent(query: ["answer"], gives: LineStream.contentType)
      ) { request, context in
        let answer = request.uri.queryParameters["answer"].map(String.init)
        // Beside the board, which goes on drawing: the network is asked thousands of times.
        let (trained, inputs, images) = try await pictureBoards[Self.id(context)].with {
          (try $0.present, $0.input, $0.images)
        }
        return try await LineStream.response(context) { tell in
          try PictureExplanation(trained, inputs, answer: answer, images, progress: tell)
        }
      },
    ]
  }
}

private struct PictureWish: Decodable { let run: String }

private struct CellWish: Decodable { let layer, cell: Int }

/// A model that was opened.
private struct OpenedPictures: Encodable {
  let id: String
  let network: PictureNetwork
  let frame: PictureFrame
  let kernels: [PictureKernels]
}
