import Engine
import Explaining
import Hummingbird
import Networks
import Serving
import Training

extension StudioState {
  var playgroundRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/settings", summary: "What can be set", content: json
      ) { _, _ in
        try Response(json: SettingEntry.all)
      },
      Route(
        method: .get, path: "/api/layers", summary: "What a network can be made of", content: json
      ) { _, _ in
        try Response(json: LayerListing(readers.registry))
      },
      Route(
        method: .post, path: "/api/settings", summary: "Settings that were written as a file",
        content: json
      ) { request, _ in
        let body = try await request.bytes(upTo: limits.bodyBytes)
        let settings = try readers.settings(body, "the pasted settings")
        return try Response(json: WrittenSettings(settings))
      },
      Route(
        method: .get, path: "/api/start", summary: "What the page begins with", content: json
      ) { _, _ in
        try Response(json: start)
      },
      Route(
        method: .post, path: "/api/playgrounds", summary: "Opens a playground", content: json
      ) { request, _ in
        let settings = try await read(PlaygroundSettings.self, from: request)
        let playground = try Playground(settings, readers: readers)
        let (points, network) = (try playground.points(), try playground.network())
        let (decided, notes) = (playground.settings, playground.notes)
        let host = PlaygroundHost(playground)
        return try Response(
          json: Opened(
            id: await playgrounds.add(host), settings: decided, points: points, network: network,
            notes: notes))
      },
      Route(
        method: .delete, path: "/api/playgrounds/:id", summary: "Closes it", content: json
      ) { _, context in
        await playgrounds.close(Self.id(context))
        return try Response(json: [String: String]())
      },
      Route(
        method: .post, path: "/api/playgrounds/:id", summary: "Does something", content: json
      ) { request, context in
        let action = try await read(PlaygroundHost.Action.self, from: request)
        return Response(
          try await playgrounds[Self.id(context)].act(action), "application/json")
      },
      Route(
        method: .get, path: "/api/playgrounds/:id/settings", summary: "What makes it again",
        content: json
      ) { _, context in
        let settings = try await playgrounds[Self.id(context)].with { $0.settings }
        return try Response(json: ["settings": settings])
      },
      Route(
        method: .get, path: "/api/playgrounds/:id/states", summary: "Where it stands, and goes",
        content: RouteContent(gives: LineStream.contentType)
      ) { _, context in
        let states = try await playgrounds[Self.id(context)].states()
        return LineStream.response { lines in
          for await state in states { try await lines.write(state) }
        }
      },
    ] + lookingRoutes
  }

  func read<Value: Decodable>(_ type: Value.Type, from request: Request) async throws -> Value {
    let body = try await request.bytes(upTo: limits.bodyBytes)
    return try JSONText.decode(
      type, from: String(decoding: body, as: UTF8.self), at: "body", registry: readers.registry)
  }
}

/// A playground that was opened.
private struct Opened: Encodable {
  let id: String
  let settings: PlaygroundSettings
  let points: PlaygroundPoints
  let network: PlaygroundNetwork
  let notes: [String]
}

/// Settings as a playground takes them.
private struct WrittenSettings: Encodable {
  let run: RunConfiguration

  init(_ settings: LocatedValue) throws {
    run = try ConfigurationSources(file: settings, environment: [:], said: [:]).configuration()
  }

  private enum CodingKeys: CodingKey { case run }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try run.encodeChosen(to: fields.superEncoder(forKey: .run))
  }
}

/// A setting as the page offers it.
private struct SettingEntry: Encodable {
  let name, group, help, values, usual: String
  let choices: [String]
  let canChange: Bool

  private enum CodingKeys: String, CodingKey {
    case name, group, help, values, usual, choices
    case canChange = "can_change"
  }

  static let all = RunConfiguration.settings.filter { $0.group != .output }.map { setting in
    SettingEntry(
      name: setting.name, group: setting.group.rawValue, help: setting.help,
      values: setting.values, usual: setting.usual, choices: setting.choices,
      canChange: setting.canChange)
  }
}
