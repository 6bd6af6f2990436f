import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs the examples as a reader would and looks at what they print.
@Suite struct ExamplesTests {
  @Test func oneNeuronLearnsInOneStep() throws {
    let lines = try run("OneNeuron")
    #expect(
      lines == [
        "ŷ = 1.1", "loss = 0.16", "∂L/∂w = -1.6", "∂L/∂b = -0.8", "new w = 0.66", "new b = 0.18",
        "new ŷ = 1.5",
      ])
  }

  @Test func aLayerOfOnesOwnSharesItsWeights() throws {
    let lines = try run("OwnLayer")
    #expect(lines.filter { $0.hasPrefix("inner/") } == ["inner/kernel [8, 8]", "inner/bias [8]"])
    let accuracy = try #require(Double(lines.last!.split(separator: " ").last!))
    #expect(accuracy > 0.9)
  }

  @Test func manyTasksGetTheSameAnswer() throws {
    #expect(try run("ManyTasks") == ["100 of 100 answers are equal, bit for bit"])
  }

  /// The built program lies beside the test program.
  private func run(_ program: String) throws -> [String] {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appending(path: program)
    let output = Pipe()
    process.standardOutput = output
    // Tests run with signals blocked, which a child would inherit.
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    try process.run()
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").map(String.init)
  }
}
