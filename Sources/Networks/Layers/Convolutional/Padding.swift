public import Engine

/// What windows do at the edge.
public enum Padding: String, Sendable, NamedChoice, SettingValue {
  /// Windows stay inside.
  case valid
  /// As many windows as strides fit, ⌈extent / stride⌉; the cells added to both sides are zeros, and
  /// do not count for pools. The odd one is added at the end, as in Keras; PyTorch pads evenly.
  case same
  /// Sequences only: zeros before the first step, so that no window sees a later step than its own.
  case causal

  /// Windows along an axis of this extent.
  package func axis(size: Int, stride: Int, dilation: Int = 1, over extent: Int) -> WindowAxis {
    switch self {
    case .valid: return WindowAxis(size: size, stride: stride, dilation: dilation)
    case .same:
      return WindowAxis(size: size, stride: stride, dilation: dilation, coveringAll: extent)
    case .causal:
      let (before, overflow) = (max(1, size) - 1).multipliedReportingOverflow(by: dilation)
      return WindowAxis(
        size: size, stride: stride, dilation: dilation, before: overflow ? .max : before)
    }
  }
}
