import Formatting
import HTTPTypes
import Hummingbird
import Serving
import Synchronization

/// Pages and files that a browser fetches by itself, into a frame or a download, where it sends no token: each
/// is lent once, under a name that nobody can guess.
final class LentPages: Sendable {
  struct Page: Sendable {
    let content: [UInt8]
    let type: String
    /// For a download; nil for a page in a frame.
    var fileName: String?
    /// The one script that it may run.
    var script: PageScript?
  }

  private let lent = Mutex<[(id: String, page: Page)]>([])
  /// Those that nobody fetched go when so many came after them.
  private static let most = 16

  /// - Returns: its path.
  func lend(_ page: Page) -> String {
    let id = StudioServer.token()
    lent.withLock { lent in
      lent.append((id, page))
      if lent.count > Self.most { lent.removeFirst() }
    }
    return "/lent/\(id)"
  }

  /// - Returns: the path of a page in a frame.
  func lend(html: [UInt8], script: PageScript? = nil) -> String {
    lend(Page(content: html, type: "text/html; charset=utf-8", script: script))
  }

  private func take(_ id: String) throws -> Page {
    try lent.withLock { lent in
      guard let place = lent.firstIndex(where: { $0.id == id }) else {
        throw HTTPError(.notFound)
      }
      return lent.remove(at: place).page
    }
  }

  var route: Route {
    Route(
      method: .get, path: "/lent/:id", summary: "A page that was asked for", access: .knownHosts,
      content: RouteContent(gives: "text/html")
    ) { [self] _, context in
      let page = try take(StudioState.id(context))
      var response = Response(page.content, page.type)
      if let name = page.fileName {
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
      }
      // As strict as the pages are themselves: no scripts but their own, nothing from elsewhere.
      response.headers[.contentSecurityPolicy] =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
        + (page.script?.policy ?? "")
      return response
    }
  }
}
