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
  let labellings = OpenLabellings()

  /// The one list of what the studio answers.
  var routes: [Route] {
    StudioPages.routes + playgroundRoutes + runRoutes + lessonRoutes + dataRoutes
      + labellingRoutes
      + [pages.route]
  }

  /// What stands in a path in the place of `:id`.
  static func id(_ context: ServingContext) -> String { context.parameters.get("id") ?? "" }
}
