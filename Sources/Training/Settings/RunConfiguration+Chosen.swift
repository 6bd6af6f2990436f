import Engine
import Networks

extension RunConfiguration {
  /// The settings that are not as they are if nobody says them.
  package var chosen: [RunSetting] {
    get throws {
      let usual = RunConfiguration()
      return try Self.settings.filter { try $0.json(of: self) != $0.json(of: usual) }
    }
  }

  /// Writes the chosen settings alone: a short text that reads back the same.
  package func encodeChosen(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    for setting in try chosen {
      try setting.encode(self, fields.superEncoder(forKey: AnyKey(setting.name)))
    }
  }
}
