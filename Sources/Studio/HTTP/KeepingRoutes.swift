import Diagnosis
import Engine
import Hummingbird
import Networks
import Serving
import Training
import Tuning

extension StudioState {
  /// What keeps runs in order: tags, notes, names, and deletion in two steps.
  var keepingRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    let ofRun = RouteContent(query: ["name"], gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/run/about", summary: "Says something about a run", content: ofRun
      ) { request, _ in
        let (name, wish) = (
          try Self.name(in: request), try await read(AboutWish.self, from: request)
        )
        if let note = wish.note { try runs.note(name, note) }
        let tags = try runs.tag(name, adding: wish.add ?? [], removing: wish.remove ?? [])
        return try Response(json: ["tags": tags])
      },
      Route(
        method: .post, path: "/api/run/rename", summary: "Gives a run another name", content: ofRun
      ) { request, _ in
        let (name, wish) = (
          try Self.name(in: request), try await read(RenameWish.self, from: request)
        )
        return try Response(json: rename(name, to: wish.name))
      },
      Route(
        method: .post, path: "/api/runs/removal",
        summary: "Says what would go, and deletes nothing",
        content: json
      ) { request, _ in
        let wish = try await read(RemovalWish.self, from: request)
        let told = try runs.removals(of: wish.names)
        let models = try await TrainingThread.run { [registry] _ in
          registry.versions(from: told.map(\.path))
        }
        return try Response(
          json: RemovalTold(told, id: await removals.add(told), models: models))
      },
      Route(
        method: .post, path: "/api/runs/delete", summary: "Deletes what was told", content: json
      ) { request, _ in
        let wish = try await read(DeletionWish.self, from: request)
        let told = try removals[wish.id]
        await removals.close(wish.id)
        try await TrainingThread.run { [runs] _ in try runs.remove(told) }
        return try Response(json: ["deleted": told.map(\.path)])
      },
    ]
  }

  private func rename(_ name: String, to newName: String) throws -> RenamedAnswer {
    let folder = try runs.rename(name, to: newName)
    var note: String?
    if folder.has(.page) {
      do { try RunReport(of: folder).writePage(to: folder, registry: readers.registry) } catch {
        note = "report.html still says the old name: \(error)"
      }
    }
    return RenamedAnswer(name: listed(folder.path), note: note)
  }
}

/// What somebody says of a run; what is nil stays as it is.
private struct AboutWish: Decodable, Sendable {
  let add: [String]?
  let remove: [String]?
  let note: String?
}

private struct RenameWish: Decodable, Sendable { let name: String }

private struct RenamedAnswer: Encodable {
  /// In the list.
  let name: String
  /// What still has the old one.
  let note: String?
}

private struct RemovalWish: Decodable, Sendable { let names: [String] }

private struct DeletionWish: Decodable, Sendable { let id: String }
