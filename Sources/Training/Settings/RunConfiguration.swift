public import Engine
import Networks

/// Everything that can be said about a run, with all defaults: the content of a configuration file.
/// What is nil is decided from the data, or from another setting that its comment names.
public struct RunConfiguration: Sendable {
  /// Which data are learned from, and what is made of them.
  public var data = DataSettings()
  /// Which network is trained.
  public var network = NetworkSettings()
  /// How it is trained.
  public var training = TrainingSettings()
  /// Where the run is kept.
  public var output = OutputSettings()

  /// In a run's folder: the folder that relative paths begin at, as seen from the run's.
  var workingFolder: String?

  /// The defaults.
  public init() {}

  /// Every setting there is. Files, variables, flags, help and documentation know no other list.
  package static let settings =
    DataSettings.declared + NetworkSettings.declared + TrainingSettings.declared
    + OutputSettings.declared

  /// The setting of a name, in any case and with hyphens or underscores; nil if there is none.
  package static func setting(named name: some StringProtocol) -> RunSetting? {
    settingsByName[String(name).normalizedName]
  }

  private static let settingsByName = Dictionary(
    uniqueKeysWithValues: settings.map { ($0.name.normalizedName, $0) })
}

extension RunConfiguration: Codable {
  static let formatVersion = 1
  static let formatVersionName = "format_version"
  static let workingFolderName = "working_folder"

  static func check(formatVersion version: Int) throws {
    guard version == formatVersion else {
      throw Problem.data(
        formatVersionName, expected: "\(formatVersion)", found: "\(version)",
        fix: "use a newer Glassbox")
    }
  }

  /// Every setting may be left out.
  /// - Throws: `Problem` for names that are not known and values that cannot be used.
  public init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: AnyKey.self)
    for key in fields.allKeys where try !fields.decodeNil(forKey: key) {
      if key.stringValue == Self.formatVersionName {
        try Self.check(formatVersion: fields.decode(Int.self, forKey: key))
        continue
      }
      if key.stringValue == Self.workingFolderName {
        workingFolder = try fields.decode(String.self, forKey: key)
        continue
      }
      guard let setting = Self.setting(named: key.stringValue) else {
        throw Self.unknown(key.stringValue)
      }
      try setting.decode(fields.superDecoder(forKey: key), &self)
    }
  }

  /// Writes every setting; what is decided from the data is null.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.encode(Self.formatVersion, forKey: AnyKey(Self.formatVersionName))
    try fields.encodeIfPresent(workingFolder, forKey: AnyKey(Self.workingFolderName))
    for setting in Self.settings {
      try setting.encode(self, fields.superEncoder(forKey: AnyKey(setting.name)))
    }
  }

  /// A name that no setting has.
  package static func unknown(_ name: String) -> Problem {
    Problem.data(
      "configuration", expected: "a known setting", found: "`\(name)`",
      fix: Problem.fix(name, among: settings.map(\.name).sorted()))
  }
}

extension Problem {
  /// The setting of a run that it is about; nil if it is about something else, such as the data.
  package var setting: RunSetting? {
    guard kind == .data else { return nil }
    // `augment: rotate`, `network[1].units`; a file called as a setting has a line after its colon.
    let start = location.firstRange(of: ": ").map { location[..<$0.lowerBound] } ?? location[...]
    let name = start.prefix { $0 != "." && $0 != "[" }
    return RunConfiguration.settings.first { $0.name == name }
  }

  /// Whether everything that it says is about settings, not about the data.
  public var isOfSettings: Bool { all.allSatisfy { $0.setting != nil || $0.origin != nil } }
}
