import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Explaining

/// What TeX says of the documents; `Scripts/install.sh tests` installs it.
@Suite struct LaTeXTests {
  private static let program = [
    "/usr/bin", "/usr/local/bin", "/Library/TeX/texbin", "/opt/homebrew/bin",
  ]
  .map { $0 + "/pdflatex" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Parts of a document, one after another, so that TeX starts once for all.
  private struct Bodies {
    var head = ""
    var bodies: [(name: String, text: String)] = []

    mutating func add(_ name: String, _ document: String) throws {
      let begin = try #require(document.range(of: "\\begin{document}\n"))
      let end = try #require(document.range(of: "\\end{document}"))
      head = String(document[..<begin.upperBound])
      bodies.append((name, String(document[begin.upperBound..<end.lowerBound])))
    }

    var document: String {
      head
        + bodies.map { "\\typeout{PART \($0.name)}\n\($0.text)\\clearpage\n" }.joined()
        + "\\typeout{PART end}\n\\end{document}\n"
    }
  }

  private static let widest = 4.0

  @Test(.enabled(if: program != nil, "pdflatex is missing: Scripts/install.sh tests installs it"))
  func everyKindCompilesWithinItsMargins() throws {
    var bodies = Bodies()
    for one in try EveryKind.all() {
      for showsAll in [false, true] {
        var tracer = one.tracer
        tracer.inputNames = Self.names
        let trace = try tracer.trace(
          inputs: one.inputs, targets: one.targets, selection: TraceSelection(showsAll: showsAll))
        try bodies.add("\(one.name), \(showsAll ? "all" : "some")", trace.latex)
      }
    }
    for one in SizeTests.cases where ["wide", "cnn", "lstm", "transformer"].contains(one.name) {
      let model = try Model(one.network, inputShape: one.shape, loss: one.loss, seed: 3)
      let inputs = (0..<one.shape.count).map { Float($0 % 5) }
      let trace = try Tracer(model, plan: TrainingPlan(loss: one.loss)).trace(
        inputs: inputs,
        targets: [1, 0, 1].prefix(one.loss.hasClassTargets ? 1 : model.outputCount).map { $0 })
      try bodies.add(one.name, trace.latex)
    }
    let folder = try TemporaryFolder()
    try bodies.document.write(
      toFile: folder.path + "/trace.tex", atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.program))
    process.arguments = ["-draftmode", "-interaction=nonstopmode", "-file-line-error", "trace.tex"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let log = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path + "/trace.log")),
      as: UTF8.self)
    try check(log)
    #expect(process.terminationStatus == 0)
  }

  private func check(_ log: String) throws {
    var part = ""
    for line in log.split(separator: "\n") {
      if line.hasPrefix("PART ") { part = String(line.dropFirst(5)) }
      let isError = line.hasPrefix("! ") || line.contains("trace.tex:")
      #expect(!isError, "\(part): \(line)")
      guard line.contains("Overfull \\hbox ("),
        let points = line.split(separator: "(").last.flatMap({ Double($0.prefix { $0 != "p" }) })
      else { continue }
      #expect(points <= Self.widest, "\(part): \(line)")
    }
    #expect(part == "end")
  }

  /// Names of columns as users write them.
  private static let names = [
    "price_€ (50%) & more #1 {x} $5", "größe~^\\", "身長 <cm>",
    "Δt/µs → a very long name of a column that goes on",
  ]

  @Test func namesAreEscaped() {
    #expect("a_b 5% #1 & {x}".latexText == "a\\_b 5\\% \\#1 \\& \\{x\\}")
    #expect("größe 身".latexText == "größe \\texttt{U+8EAB}")
    #expect("δ λ".latexText == "$\\delta $ $\\lambda $")
    #expect(SymbolicExpression.latexSymbol("δ⁽¹⁾₂") == "\\delta _{2}^{(1)}")
  }

  @Test func longFormulasAreBroken() {
    let sum = SymbolicExpression.list(.add, (0..<60).map { .variable("x", Double($0) + 0.123456) })
    let lines = SymbolicExpression.tanh(sum).latexLines(numbers: true, width: 40)
    #expect(
      lines.count > 5 && lines[0].hasPrefix("\\tanh(") && lines[lines.count - 1].hasSuffix(")"))
    #expect(
      SymbolicExpression.tanh(1).latexLines(numbers: true, width: 40) == ["\\tanh\\left(1\\right)"])
  }
}
