import CStudio
import Explaining
import HTTPTypes
import Hummingbird
import Serving

/// A file of the page, held in the program.
struct StudioFile: Sendable {
  let name: String
  let content: [UInt8]

  static let all: [StudioFile] = {
    var files: [StudioFile] = []
    for place in 0... {
      let file = gb_studio_file_at(place)
      guard let name = file.name else { break }
      files.append(
        StudioFile(
          name: String(cString: name),
          content: Array(UnsafeBufferPointer(start: file.bytes, count: file.count))))
    }
    // How equations look is known where they are written.
    files.append(StudioFile(name: "equations.css", content: Array(Equation.style.utf8)))
    return files
  }()

  var path: String { name == "index.html" ? "/" : "/\(name)" }

  var contentType: String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }

  var route: Route {
    Route(
      method: .get, path: path, summary: "A file of the page", access: .knownHosts, isQuick: true,
      content: RouteContent(gives: contentType)
    ) { _, _ in
      var response = Response(content, contentType)
      response.headers[.contentSecurityPolicy] = Self.policy
      return response
    }
  }

  /// The page frames pages of its own, such as reports.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    + "connect-src 'self'; frame-src 'self'; form-action 'none'; frame-ancestors 'none'; "
    + "base-uri 'none'"
}
