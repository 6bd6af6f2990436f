import Diagnosis

/// A diagnosis as the page shows it.
struct DiagnosisAnswer: Encodable, Sendable {
  struct Finding: Encodable, Sendable {
    let cause, evidence, rule, advice: String
    /// What trying the remedy on a copy came to; nil where it cannot be tried.
    let trial: String?
    /// The settings of a run that do the same; nil where none do.
    let settings: [String: String]?

    init(_ finding: Diagnosis.Finding) {
      (cause, evidence) = (finding.cause, finding.evidence.sentence)
      (rule, advice) = (finding.rule, finding.advice)
      (trial, settings) = (finding.trial?.long, finding.trial?.settings)
    }
  }

  let headline: String
  let causes: [Finding]
  /// What would help, although most is learned without.
  let helpful: [Finding]
  /// What looked suspicious and is not the cause.
  let others: [Finding]
  let note: String?

  init(_ diagnosis: Diagnosis, note: String?) {
    (headline, self.note) = (diagnosis.headline, note)
    causes = diagnosis.findings.map(Finding.init)
    helpful = diagnosis.dismissed.filter(\.isHelpful).map(Finding.init)
    others = diagnosis.dismissed.filter { !$0.isHelpful }.map(Finding.init)
  }
}
