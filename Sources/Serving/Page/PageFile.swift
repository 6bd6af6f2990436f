import CPages
import HTTPTypes
import Hummingbird

/// A file of a web page, held in the program.
package struct PageFile: Sendable {
  /// Its path below `/`.
  package let name: String
  package let content: [UInt8]

  package init(name: String, content: [UInt8]) { (self.name, self.content) = (name, content) }

  /// The page of a server of models, where people try the model by hand.
  static let server = files(gb_server_page)
  /// The pages of the studio.
  package static let studio = files(gb_studio_page)

  private static func files(_ at: (Int) -> gb_page_file) -> [PageFile] {
    var files: [PageFile] = []
    while let name = at(files.count).name {
      let file = at(files.count)
      files.append(
        PageFile(
          name: String(cString: name),
          content: Array(UnsafeBufferPointer(start: file.bytes, count: file.count))))
    }
    return files
  }

  package var path: String { name == "index.html" ? "/" : "/\(name)" }

  package var contentType: String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    default: "application/octet-stream"
    }
  }

  /// - Parameter policy: what the page may do, where it is not what all answers say.
  package func route(policy: String? = nil) -> Route {
    Route(
      method: .get, path: path, summary: "A file of the page", access: .knownHosts, isQuick: true,
      content: RouteContent(gives: contentType)
    ) { _, _ in
      var response = Response(content, contentType)
      if let policy { response.headers[.contentSecurityPolicy] = policy }
      return response
    }
  }
}
