import Engine
import Hummingbird
import Serving

extension StudioState {
  /// What keeps several files that were dropped together: a folder of pictures, or a pair of IDX files.
  var playgroundFileRoutes: [Route] {
    let json = RouteContent(query: ["name"], gives: "application/json")
    return [
      Route(
        method: .post, path: "/api/data/sets", summary: "Makes a folder beside the runs for files",
        content: json
      ) { request, _ in
        try Response(json: KeptSet(path: KeptFile.newFolder(Self.name(in: request), in: folder)))
      },
      Route(
        method: .post, path: "/api/data/sets/file", summary: "Keeps a file of such a folder",
        content: RouteContent(query: ["set", "name"], gives: "application/json")
      ) { request, _ in
        let set = request.uri.queryParameters["set"].map(String.init) ?? ""
        let file = try KeptFile(path: Self.name(in: request), ofSet: set, in: folder)
        let bytes = try await request.bytes(upTo: KeptFile.most)
        return try Response(json: KeptSet(path: file.write(bytes)))
      },
    ]
  }
}

/// Where files lie now.
private struct KeptSet: Encodable { let path: String }
