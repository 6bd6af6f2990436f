import Synchronization

/// The model that is live. A request takes it once and keeps it to its end, so that another can be put in
/// its place at any moment.
public final class ModelSlot: Sendable {
  private let live: Mutex<ServedModel>

  /// With the first model.
  public init(_ model: ServedModel) { live = Mutex(model) }

  /// The model that is live now.
  public var model: ServedModel { live.withLock { $0 } }

  /// Puts another model into the place. It has proved its golden examples when it was read.
  public func swap(to model: ServedModel) { live.withLock { $0 = model } }
}
