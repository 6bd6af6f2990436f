import Testing
@testable import Explaining
@Test func confusion() throws {
  for f in PlantedFault.all {
    let d = try Diagnosis(of: f.setup())
    print("CONF\t\(f.cause.name)\t\(d.findings.first?.cause ?? "nothing")\t\(f.name)")
  }
}
