import ArgumentParser
import Glassbox
import Yams

@main struct GlassboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "glassbox", version: "0.1.0")
}
