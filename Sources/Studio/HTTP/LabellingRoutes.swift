import Datasets
import Engine
import HTTPTypes
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  /// What labels data.
  var labellingRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/labellings", summary: "Opens data to be labelled", content: json
      ) { request, _ in
        let wish = try await read(OpenLabellings.Wish.self, from: request)
        return try Response(json: ["id": await labellings.add(wish, readers)])
      },
      Route(
        method: .get, path: "/api/labellings/:id/states", summary: "How it stands, and goes on",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, context in
        let labelling = try await labellings.labelling(Self.id(context))
        return LineStream.response { lines in
          while true {
            let now = try JSONText.bytes(of: await labelling.state)
            try await lines.write(state: now)
            try await Task.sleep(for: .milliseconds(500))
          }
        }
      },
      Route(
        method: .post, path: "/api/labellings/:id",
        summary: "Takes an answer, and gives the next item",
        content: json
      ) { request, context in
        let labelling = try await labellings.labelling(Self.id(context))
        let turn = try await read(LabellingTurn.self, from: request)
        var undone: String?
        if let action = turn.action {
          let about = try await labelling.act(action)
          if action.action == .undo { undone = about }
        }
        return try Response(
          json: LabellingAnswer(
            item: try await turn.item(of: labelling, undone: undone),
            state: await labelling.state))
      },
      Route(
        method: .post, path: "/api/labellings/:id/helper", summary: "Has a run suggest labels",
        content: json
      ) { request, context in
        let labelling = try await labellings.labelling(Self.id(context))
        let wish = try await read(HelperWish.self, from: request)
        await labelling.setHelper(
          try wish.run.map { try LabellingHelper(runs.run($0), named: $0, readers) })
        return try Response(json: await labelling.state)
      },
      Route(
        method: .get, path: "/api/labellings/:id/picture", summary: "An item's picture",
        content: RouteContent(query: ["item"], gives: "image/*")
      ) { request, context in
        let item = request.uri.queryParameters["item"].map(String.init) ?? ""
        let path = try await labellings.labelling(Self.id(context)).picture(item)
        // Other endings than those of images are told by their bytes, in the browser too.
        let type = DataTable.imageType(ofFile: path) ?? "image/jpeg"
        return Response(try Self.picture(path), type)
      },
    ] + doubtRoutes
  }

  /// What looks for labels that are likely wrong.
  private var doubtRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/labellings/:id/check",
        summary: "Begins to look for labels that are likely wrong, or gives it up", content: json
      ) { request, context in
        let labelling = try await labellings.labelling(Self.id(context))
        if try await read(CheckWish.self, from: request).action == .start {
          try await labelling.startCheck()
        } else {
          await labelling.stopCheck()
        }
        return try Response(json: await labelling.state)
      },
      Route(
        method: .get, path: "/api/labellings/:id/doubts", summary: "Labels that are likely wrong",
        content: RouteContent(query: ["from", "count"], gives: "application/json")
      ) { request, context in
        let query = request.uri.queryParameters
        return try Response(
          json: await labellings.labelling(Self.id(context)).doubts(
            from: query["from"].flatMap { Int($0) } ?? 0,
            count: min(200, query["count"].flatMap { Int($0) } ?? 50)))
      },
    ]
  }

  private static func picture(_ path: String) throws -> [UInt8] {
    var source = try FileSource(path: path)
    return try source.readAll(limit: ImageDecoder.fileLimit)
  }
}

/// What a page says at once: an answer, and which item it wants next.
private struct LabellingTurn: Decodable, Sendable {
  enum Order: String, NamedChoice { case file, uncertain }

  let action: Labelling.Action?
  let by: String?
  /// Which page asks; items go to pages, so that each shows another.
  let page: String?
  let order: Order?
  /// An item by its name, instead of the next.
  let show: String?

  private enum CodingKeys: String, CodingKey { case by, page, order, show, action = "do" }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    action = fields.contains(.action) ? try Labelling.Action(from: decoder) : nil
    by = try fields.decodeIfPresent(String.self, forKey: .by)
    page = try fields.decodeIfPresent(String.self, forKey: .page)
    order = try fields.decodeIfPresent(Order.self, forKey: .order)
    show = try fields.decodeIfPresent(String.self, forKey: .show)
  }

  /// What was undone comes again, so that it can be answered anew.
  func item(of labelling: Labelling, undone: String?) async throws -> ItemAnswer? {
    if let id = undone ?? show { return try await labelling.item(id) }
    return try await labelling.next(
      for: by ?? "", on: page, isUncertainFirst: order == .uncertain)
  }
}

private struct LabellingAnswer: Encodable {
  /// Nil where nothing is left.
  let item: ItemAnswer?
  let state: LabellingState
}

private struct HelperWish: Decodable {
  /// Nil for none.
  let run: String?
}

private struct CheckWish: Decodable {
  enum Name: String, NamedChoice { case start, stop }
  let action: Name
  private enum CodingKeys: String, CodingKey { case action = "do" }
}
