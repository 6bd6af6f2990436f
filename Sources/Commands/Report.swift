import ArgumentParser
import Codecs
import Diagnosis
import Formatting
import Glassbox

/// `glassbox report`
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the page report.html of a run again, from the files in its folder.",
    discussion: """
      glassbox report runs/students
      glassbox report runs/students --output page.html
      """)

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run"), completion: .directory)
  var path: String
  @Option(
    help: "Where to write the page (default: report.html in the run's folder).",
    completion: .file())
  var output: String?
  @Flag(help: "Replace the file named with --output.")
  var force = false
  @OptionGroup var options: OutputOptions

  private struct Result: Encodable {
    let run: String
    let page: String
    let bytes: Int
  }

  func run() throws {
    let folder = try RunFolder(existing: path)
    let html = try ReportPage(report(of: folder), of: folder).html
    let page = output ?? folder[.page]
    if page == "-", !options.json { return print(html, terminator: "") }
    // The run's own page is made again; a file of another name may be anybody's.
    if output != nil, page != folder[.page], page != "-" {
      try AtomicFile.refuseToOverwrite(page, force: force)
    }
    try AtomicFile.write(Array(html.utf8), to: page)
    let result = Result(run: path, page: page, bytes: html.utf8.count)
    if options.json { return try printJSON(result) }
    print("\(page): \(result.bytes.grouped) bytes")
  }

  /// Of a run that trains or was cut off, what there is to say so far.
  private func report(of folder: RunFolder) throws -> RunReport {
    guard !folder.has(.report), folder.has(.checkpoint) else { return try RunReport(of: folder) }
    let (report, experiment, model) = try StoredRun(path, decoders: .standard).interim()
    return try RunReport(report, of: experiment, model: model, build: GlassboxCommand.version)
  }
}
