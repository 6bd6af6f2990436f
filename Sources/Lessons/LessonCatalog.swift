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
  /// Lessons that belong together.
  public struct Chapter: Sendable {
    public let title: String
    public let lessons: [any CatalogLesson.Type]
  }

  /// In the order in which they build on each other.
  public static let chapters = [
    Chapter(title: "A network, number by number", lessons: numbers),
    Chapter(title: "What networks can be", lessons: networks),
    Chapter(title: "How they learn", lessons: learning),
    Chapter(title: "Deep networks", lessons: depth),
    Chapter(title: "Learning that holds on new data", lessons: newData),
  ]

  private static let numbers: [any CatalogLesson.Type] = [
    OneNeuronLesson.self, LearningCycleLesson.self, HiddenLayerLesson.self,
    SoftmaxAndSigmoidLesson.self, OutputLayerLesson.self, DigitLesson.self, DogOrCatLesson.self,
    HousePriceLesson.self, StudyHoursLesson.self,
  ]
  private static let networks: [any CatalogLesson.Type] = [
    WithoutActivationLesson.self, UniversalApproximationLesson.self, DyingReLULesson.self,
    ConvolutionLesson.self, RecurrenceLesson.self,
  ]
  private static let learning: [any CatalogLesson.Type] = [
    LossLandscapeLesson.self, LocalMinimaLesson.self, LearningRateLesson.self,
    EpochsAndBatchesLesson.self, OptimizersLesson.self, RMSPropAndAdamLesson.self,
  ]
  private static let depth: [any CatalogLesson.Type] = [
    VanishingGradientsLesson.self, ExplodingGradientsLesson.self, BatchNormalizationLesson.self,
    ResidualLesson.self,
  ]
  private static let newData: [any CatalogLesson.Type] = [
    SplitsLesson.self, OverfittingLesson.self, PrecisionAndRecallLesson.self,
    AugmentationLesson.self, TransferLearningLesson.self, TuningLesson.self, DriftLesson.self,
  ]

  /// All of them.
  public static let lessons = chapters.flatMap(\.lessons)

  /// Its place among all lessons, counted from 1; nil for a lesson of another list.
  package static func number(of name: String) -> Int? {
    lessons.firstIndex { $0.name == name }.map { $0 + 1 }
  }

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
