extension Double {
  /// To four significant digits.
  package var shortText: String { isFinite ? significantText(self) : "\(self)" }

  /// With a fixed count of decimals.
  package func text(decimals: Int) -> String { decimalText(self, decimals: decimals) }
}

extension Score {
  /// `0.913 [0.87, 0.94]`.
  package var withInterval: String { text() }
  /// `12.34 [11.02, 13.97]`.
  package var significant: String { significantDigits }
}
