/// Where a run is kept.
public struct OutputSettings: Sendable, Equatable {
  /// The run's name, the folder below `runs`; nil takes the data file's.
  public var name: String?
  /// The run's folder; nil takes `runs/<name>`.
  public var folder: String?
  /// Steps between checkpoints, on top of the one after each epoch.
  public var checkpointEvery: Int?

  /// The defaults.
  public init() {}

  static let declared = RunSetting.group(
    .output,
    [
      RunSetting(
        "name", \.output.name, "The run's name, its folder below runs/.", usual: "the data file's"),
      RunSetting(
        "output", \.output.folder, "The run's folder.", values: "a path", usual: "runs/NAME"),
      RunSetting(
        "checkpoint_every", \.output.checkpointEvery,
        "Steps between checkpoints, on top of the one after each epoch.",
        check: .ifGiven(.from(1))
      ).changeable,
    ])
}
