import ArgumentParser
import Glassbox

/// The flags of one group of settings, one for each setting of the list. A flag that is not given leaves
/// its setting to the environment, the file or the defaults.
struct SettingFlags<Group: SettingFlagGroup>: ParsableArguments {
  /// What was given, by the settings' names.
  private(set) var given: [String: LocatedValue] = [:]
  /// The same as a command line, each with the name of its setting.
  private var said: [(name: String, words: [String])] = []

  /// The same as a command line.
  var words: [String] { words(without: nil) }

  /// The same but for one setting.
  func words(without name: String?) -> [String] {
    said.filter { $0.name != name }.flatMap(\.words)
  }

  private static var settings: [RunSetting] {
    RunConfiguration.settings.filter(Group.includes)
  }

  /// No flag.
  init() {}

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    for setting in Self.settings {
      let key = AnyKey(setting.name)
      if setting.isSwitch {
        if try fields.decode(Flag<Bool>.self, forKey: key).wrappedValue {
          given[setting.name] = LocatedValue(.bool(true), origin: setting.flag)
          said.append((setting.name, [setting.flag]))
        }
        continue
      }
      let text =
        setting.isPositional
        ? try fields.decode(Argument<String?>.self, forKey: key).wrappedValue
        : try fields.decode(Option<String?>.self, forKey: key).wrappedValue
      guard let text else { continue }
      given[setting.name] = setting.value(text, origin: setting.flag)
      said.append((setting.name, setting.isPositional ? [text] : [setting.flag, text]))
    }
  }
}

extension SettingFlags: CustomReflectable {
  // The parser finds its arguments by looking at the properties of a value: here they are made from the
  // list of settings.
  var customMirror: Mirror {
    Mirror(self, children: Self.settings.map { (label: $0.name, value: $0.argument) })
  }
}

/// Names some settings in the type of their flags.
protocol SettingFlagGroup: Sendable { static func includes(_ setting: RunSetting) -> Bool }
enum DataGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.group == .data }
}
enum NetworkGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.group == .network }
}
enum TrainingGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.group == .training }
}
enum OutputGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.group == .output }
}
/// What can be said of a file after training.
enum FileGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.isOfFiles }
}
/// What a run that has begun can go on with.
enum ChangeableGroup: SettingFlagGroup {
  static func includes(_ setting: RunSetting) -> Bool { setting.canChange }
}

extension RunSetting {
  /// `--learning-rate`, or what stands at the first place.
  var flag: String { isPositional ? name : "--" + hyphened }

  private var hyphened: String { String(name.map { $0 == "_" ? "-" : $0 }) }

  /// The data are what a command is about.
  fileprivate var isPositional: Bool { name == "data" }

  /// What a shell offers for it.
  private var completion: CompletionKind {
    if !choices.isEmpty { return .list(choices) }
    return values.contains("path") || values.contains("file") ? .file() : .default
  }

  /// What the parser must know of it.
  fileprivate var argument: Any {
    if isPositional { return Argument<String?>(help: ArgumentHelp(help), completion: .file()) }
    if isSwitch { return Flag(wrappedValue: false, name: .customLong(hyphened), help: .init(help)) }
    // `rate` for `--learning-rate`.
    let word = hyphened.split(separator: "-").last.map(String.init)
    return Option<String?>(
      name: .customLong(hyphened), help: ArgumentHelp(fullHelp, valueName: word),
      completion: completion)
  }
}
