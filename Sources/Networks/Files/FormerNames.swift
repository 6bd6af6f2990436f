import Engine

extension Registry {
  /// The name that a tensor has now, if a file was written when layers such as `conv2d` were called
  /// `conv_2d`: `residual/conv_2d_1/kernel` becomes `residual/conv2d_1/kernel`. Any other name, also
  /// that of a layer of the user's own, stays as it is.
  package static func presentName(of tensor: String) -> String {
    tensor.split(separator: "/", omittingEmptySubsequences: false).map { segment in
      for (former, present) in formerKinds
      where segment == former || segment.hasPrefix(former + "_") {
        return present + segment.dropFirst(former.count)
      }
      return String(segment)
    }.joined(separator: "/")
  }

  /// `conv_2d` for `conv2d`, and so on.
  private static let formerKinds: [(former: String, present: String)] = Registry.standard.layers
    .compactMap { layer in
      let kind = layer.kind
      guard kind.hasSuffix("d"), let digit = kind.dropLast().last, digit.isNumber else {
        return nil
      }
      return ("\(kind.dropLast(2))_\(digit)d", kind)
    }
}
