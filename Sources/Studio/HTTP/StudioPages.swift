import Explaining
import Serving

/// The files of the studio's pages.
enum StudioPages {
  /// How equations look and are told is known where they are written.
  static let files =
    PageFile.studio + [
      PageFile(name: "equations.css", content: Array((Equation.style + TraceStory.style).utf8)),
      PageFile(name: "story.js", content: Array(TraceStory.exported.utf8)),
    ]

  static var routes: [Route] { files.map { $0.route(policy: policy) } }

  /// The page frames pages of its own, such as reports.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    + "connect-src 'self'; frame-src 'self'; form-action 'none'; frame-ancestors 'none'; "
    + "base-uri 'none'"
}
