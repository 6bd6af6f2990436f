import Hummingbird
import Serving
import Tuning

/// What the routes of a studio share.
struct StudioState: Sendable {
  /// Of runs.
  let folder: String
  /// Where studies are, beside those among the runs.
  let studies: String
  /// Of all registered models.
  let registry: ModelRegistry
  let readers: StudioReaders
  let limits: ServingLimits
  /// What the page begins with; nil for what it begins with by itself.
  let start: PlaygroundSettings?
  /// The program with its commit, for reports.
  let build: String?
  /// A program that trains the trials of studies; nil trains them here.
  let worker: [String]?
  let playgrounds = OpenHosts<PlaygroundHost>("playground") { await $0.close() }
  let pictureBoards = OpenHosts<PictureHost>("picture", most: 8)
  let pictureRuns = PictureRuns.Known()
  let pages = LentPages()
  let trainings: Trainings
  let lastAnswers = LastAnswers()
  let tried = OpenHosts<TriedModel>("model", most: 8)
  /// What somebody was told that would be deleted.
  let removals = OpenHosts<[RunRemoval]>("removal", most: 8)
  let labellings = OpenLabellings()

  /// The one list of what the studio answers.
  var routes: [Route] {
    StudioPages.routes + playgroundRoutes + playgroundFileRoutes + pictureRoutes + runRoutes
      + keepingRoutes
      + trainingRoutes
      + answerRoutes
      + studyRoutes + dataRoutes + labellingRoutes + lessonRoutes + modelRoutes + [pages.route]
  }

  /// What a run is called in the list, by its folder.
  func listed(_ path: String) -> String {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  /// What stands in a path in the place of `:id`.
  static func id(_ context: ServingContext) -> String { context.parameters.get("id") ?? "" }
}
