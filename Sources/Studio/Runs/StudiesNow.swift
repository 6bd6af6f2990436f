import Tuning

/// The studies as they stand, for the page.
struct StudiesNow: Encodable {
  struct Study: Encodable {
    let path, name: String
    let isRunning: Bool
    /// Why it ended without a result here; nil where it did not.
    let problem: String?
    /// As a terminal shows it.
    let lines: [String]
    /// The run of the best trial so far.
    let best: String?

    private enum CodingKeys: String, CodingKey {
      case path, name, lines, best, problem
      case isRunning = "is_running"
    }
  }

  let studies: [Study]
  /// Studies that cannot be read, and why.
  let notes: [String]

  /// - Throws: `Problem` for a folder that cannot be read.
  init(_ state: StudioState) throws {
    var (studies, notes): ([Study], [String]) = ([], [])
    for folder in try StoredStudy.folders(in: [state.folder, state.studies]) {
      do {
        let stored = try StoredStudy(folder, registry: state.readers.registry)
        studies.append(
          Study(
            path: folder, name: stored.record.name, isRunning: stored.isRunning,
            problem: state.trainings.failures.first { $0.path == folder }?.problem,
            lines: stored.view.lines(width: 120, height: 12), best: stored.record.best?.run))
      } catch { notes.append("\(folder): \(error)") }
    }
    (self.studies, self.notes) = (studies, notes)
  }
}
