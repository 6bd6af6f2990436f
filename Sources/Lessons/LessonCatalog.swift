import Engine

/// A lesson that can be made: one file of the folder `Catalog`.
public protocol CatalogLesson: Sendable {
  /// What it is called on the command line.
  static var name: String { get }
  static var title: String { get }
  /// Computes its numbers.
  static func make() throws -> Lesson
}

/// Every lesson there is. Commands, pages and tests loop over this list and keep no other.
public enum LessonCatalog {
  /// In the order in which they build on each other.
  public static let lessons: [any CatalogLesson.Type] = [
    OneNeuronLesson.self, LearningCycleLesson.self, SoftmaxAndSigmoidLesson.self,
    DigitLesson.self, DogOrCatLesson.self, HousePriceLesson.self, StudyHoursLesson.self,
    WithoutActivationLesson.self, LossLandscapeLesson.self, LearningRateLesson.self,
    VanishingGradientsLesson.self, ExplodingGradientsLesson.self, DyingReLULesson.self,
    EpochsAndBatchesLesson.self, OverfittingLesson.self, OptimizersLesson.self,
    TransferLearningLesson.self,
  ]

  /// The lesson of a name, in any case, or of its number, counted from 1.
  /// - Throws: `Problem` listing the names.
  public static func lesson(named name: String) throws -> Lesson {
    if let number = Int(name), lessons.indices.contains(number - 1) {
      return try lessons[number - 1].make()
    }
    guard let found = lessons.first(where: { $0.name.normalizedName == name.normalizedName }) else {
      throw Problem.unknown("lesson", name, among: lessons.map { $0.name })
    }
    return try found.make()
  }
}
