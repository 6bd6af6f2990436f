import Hummingbird
import Serving

/// What the routes of a studio share.
struct StudioState: Sendable {
  /// Of runs.
  let folder: String
  /// Where studies are, beside those among the runs.
  let studies: String
  /// The folder of all registered models.
  let models: String
  let readers: StudioReaders
  let limits: ServingLimits
  /// What the page begins with; nil for what it begins with by itself.
  let start: PlaygroundSettings?
  let playgrounds = OpenHosts<PlaygroundHost>("playground") { await $0.close() }
  let pictureBoards = OpenHosts<PictureHost>("picture", most: 8)
  let pictureRuns = PictureRuns.Known()
  let pages = LentPages()
  let trainings: Trainings
  let lastAnswers = LastAnswers()
  let tried = OpenHosts<TriedModel>("model", most: 8)
  let labellings = OpenLabellings()

  /// The one list of what the studio answers.
  var routes: [Route] {
    StudioPages.routes + playgroundRoutes + playgroundFileRoutes + pictureRoutes + runRoutes
      + trainingRoutes
      + answerRoutes
      + studyRoutes + dataRoutes + labellingRoutes + lessonRoutes + modelRoutes + [pages.route]
  }

  /// What stands in a path in the place of `:id`.
  static func id(_ context: ServingContext) -> String { context.parameters.get("id") ?? "" }
}
