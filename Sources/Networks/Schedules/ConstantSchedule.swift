import Engine

extension Schedules {
  /// base
  public struct Constant: Schedule {
    public static let kind = "constant"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      base
    }
  }
}

extension Schedule where Self == Schedules.Constant {
  /// The base all the time.
  public static var constant: Self { Self() }
}
