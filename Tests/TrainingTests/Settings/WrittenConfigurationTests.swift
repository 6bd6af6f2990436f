import ConfigurationFiles
import Engine
import Networks
import Testing

@testable import Training

/// Configurations as YAML, read back.
@Suite struct WrittenConfigurationTests {
  private func readBack(_ yaml: String) throws -> RunConfiguration {
    let members = try #require(ConfigurationFile.read(Array(yaml.utf8), "run.yaml").members)
    var configuration = RunConfiguration()
    for (name, value) in members where name != "format_version" {
      let setting = try #require(RunConfiguration.setting(named: name))
      // Without the checks of settings that go together.
      #expect(setting.read(value, into: &configuration).isEmpty, "\(name)")
    }
    return configuration
  }

  @Test(arguments: RunConfiguration.settings.map(\.name))
  func everySettingIsReadBack(_ name: String) throws {
    let setting = try #require(RunConfiguration.setting(named: name))
    let text = try #require(RunSettingTests.examples[name])
    var configuration = RunConfiguration()
    #expect(setting.read(setting.value(text, origin: ""), into: &configuration).isEmpty)
    let yaml = try ConfigurationFile.yaml(configuration)
    #expect(try JSONText.encode(readBack(yaml)) == JSONText.encode(configuration), "\(yaml)")
    #expect(yaml.contains("\(name):"), "\(yaml)")
    #expect(yaml.split(separator: "\n").count { $0.first?.isLetter == true } == 2, "\(yaml)")
  }

  @Test(arguments: [
    "yes", "1e5", "007", "0x1F", "a: b", "#x", "ü ☃", "<<", "=", " x ", "two\nlines", "- a", "1:30",
    "2001-01-01", "null", "~", "true", "[a]", "{a}", "&a", "*a", "!a", "%a", "@a", "`a`", "\"a\"",
    "'a'",
    "a\tb", "C:\\x", "1_000", ".5", ".inf", "-", "?", "a,b", String(repeating: "long ", count: 60),
  ]) func textsStayTexts(_ text: String) throws {
    var configuration = RunConfiguration()
    configuration.data.source = text
    configuration.data.ignore = [text, "b"]
    let yaml = try ConfigurationFile.yaml(configuration)
    #expect(try readBack(yaml).data.source == text, "\(yaml)")
    #expect(try readBack(yaml).data.ignore == [text, "b"], "\(yaml)")
  }

  @Test(arguments: [1e-5, 1e-300, 1e22, 0.1, 3, 123456.75, Double.leastNonzeroMagnitude])
  func numbersStayNumbers(_ number: Double) throws {
    var configuration = RunConfiguration()
    configuration.training.learningRate = number
    let yaml = try ConfigurationFile.yaml(configuration)
    #expect(try readBack(yaml).training.learningRate == number, "\(yaml)")
  }

  @Test func defaultsAreWrittenWhereTheyAreWanted() throws {
    let short = try ConfigurationFile.yaml(RunConfiguration())
    #expect(short == "format_version: 1\n")
    let more = try ConfigurationFile.yaml(
      RunConfiguration(), including: ["seed", "batch", "patience"])
    #expect(more.contains("\nseed: ") && !more.contains("patience"))
    var sources = ConfigurationSources()
    sources.file = try ConfigurationFile.read(Array(more.utf8), "run.yaml")
    #expect(try JSONText.encode(sources.configuration()) == JSONText.encode(RunConfiguration()))
  }
}
