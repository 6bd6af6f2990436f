import Hummingbird
import Serving

/// What the routes of a studio share.
struct StudioState: Sendable {
  let folder: String
  let readers: StudioReaders
  let limits: ServingLimits
  /// What the page begins with; nil for what it begins with by itself.
  let start: PlaygroundSettings?
  let playgrounds = OpenPlaygrounds()
  let pages = LentPages()

  /// The one list of what the studio answers.
  var routes: [Route] {
    StudioFile.all.map(\.route) + playgroundRoutes + runRoutes + lessonRoutes + [pages.route]
  }

  /// The numbers of the path after a name, such as `3` of `/playgrounds/3/stream`.
  static func id(_ context: ServingContext) -> String { context.parameters.get("id") ?? "" }
}
