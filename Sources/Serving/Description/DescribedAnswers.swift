import Explaining
import Training

// What the answers say of themselves beside their properties.

extension Prediction: Described {
  static var descriptions: [String: String] {
    [
      "label": "The most probable class.",
      "labels": "The labels that are more likely than not.",
      "probabilities": "Of each class, or of each label by itself.",
      "value": "In the target's unit.",
      "low": "The lower end of the interval that the model was calibrated for.",
      "high": "The upper end.",
      "set": "The classes of which one is the true one, as sure as the model was calibrated for.",
      "disagreement":
        "Of an ensemble: the standard deviation over its members of the probability of the answer, or of "
        + "their values in the target's unit.",
      "disagreements": "The same for each of several targets, or of each label's probability.",
      "steps": "The answer for each step of a sequence.",
      "notes": "What a reader should know, such as a value that training did not see.",
      "problem":
        "Why there is no answer: the network's output is not a finite number, such as `nan` or `inf`. "
        + "Then nothing else is said; the other rows of the request are answered.",
    ]
  }
}

extension ClassProbabilities: Described {
  static var ownSchema: Schema? {
    var probability = Schema(.number)
    (probability.minimum, probability.maximum) = (0, 1)
    var schema = Schema(.object)
    schema.otherProperties = .some(.some(probability))
    return schema
  }
}

extension PredictionAnswer: Described {
  static var descriptions: [String: String] {
    [
      "id": "Of this answer; feedback names it.",
      "predictions": "In the order of the rows or images.",
    ]
  }
}

extension ExplanationAnswer: Described {
  static var descriptions: [String: String] {
    ["map": "The image with its deciding regions, as the address of a PNG file that holds it."]
  }
}

extension Trace: Described {
  /// Formulas are trees, which have a description of their own.
  static var ownSchema: Schema? {
    var schema = Schema(.object)
    schema.description = "The learning cycle of this example, as a trace of the model says it."
    return schema
  }
}

extension Feedback {
  /// One piece of feedback, or several.
  static func schema(of model: TrainedModel, limits: ServingLimits) -> Schema {
    let truth = model.labels.isEmpty ? Field.value : .label
    let fields = [.id, .instance, truth, .source]
    var one = Schema(.object)
    one.properties = Dictionary(uniqueKeysWithValues: fields.map { ($0.rawValue, $0.schema) })
    one.required = [Field.id, truth].map(\.rawValue)
    one.otherProperties = .some(.none)
    return .any(of: [one, .array(of: one, atLeast: 1, atMost: limits.instances)])
  }
}

extension Feedback.Field {
  fileprivate var schema: Schema {
    switch self {
    case .id:
      var id = Schema.text("The `id` of what /predict answered.")
      (id.minimumLength, id.maximumLength) = (1, Feedback.longest)
      return id
    case .instance:
      var place = Schema(.integer)
      (place.minimum, place.maximum) = (0, Double(Int32.max))
      place.description = "The place in that answer's list, from 0."
      return place
    case .label:
      var label = Schema(.string, .number, .boolean)
      label.description = "The true class."
      return label
    case .value:
      var value = Schema(.number)
      value.description = "The true number, of regression."
      return value
    case .source:
      var source = Schema.text("Who says so.")
      source.maximumLength = Feedback.longest
      return source
    }
  }
}
