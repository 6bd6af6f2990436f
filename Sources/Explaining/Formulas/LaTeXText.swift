extension String {
  /// For LaTeX's running text: signs that mean something to it are escaped, signs that its fonts lack
  /// are written in mathematics, and what is left by its number.
  var latexText: String {
    var escaped = ""
    for scalar in unicodeScalars {
      if let sign = Self.latexSigns[scalar] {
        escaped += sign
      } else if let letter = Self.latexGreek(scalar) {
        escaped += "$\(letter)$"
      } else if let place = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾".unicodeScalars.firstPlace(of: scalar) {
        escaped += "$^{\(Array("0123456789()")[place])}$"
      } else if let place = "₀₁₂₃₄₅₆₇₈₉".unicodeScalars.firstPlace(of: scalar) {
        escaped += "$_{\(place)}$"
      } else if Self.isInFont(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        escaped += "\\texttt{U+\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return escaped
  }

  private static let latexSigns: [Unicode.Scalar: String] = [
    "_": "\\_", "%": "\\%", "&": "\\&", "#": "\\#", "{": "\\{", "}": "\\}", "$": "\\$",
    "^": "\\^{}", "~": "\\~{}", "\\": "\\textbackslash{}", "<": "$<$", ">": "$>$", "|": "$|$",
    "→": "$\\rightarrow$", "∂": "$\\partial$", "×": "$\\times$", "·": "$\\cdot$",
    "÷": "$\\div$", "√": "$\\surd$", "′": "$'$", "−": "$-$", "±": "$\\pm$", "≤": "$\\leq$",
    "≥": "$\\geq$", "≠": "$\\neq$", "∞": "$\\infty$", "‖": "$\\Vert$", "ŷ": "$\\hat{y}$",
    "ĝ": "$\\hat{g}$", "²": "$^2$", "³": "$^3$", "…": "\\dots{}", "–": "--", "—": "---",
    "‘": "`", "’": "'", "“": "``", "”": "''", "€": "EUR", "°": "$^\\circ$", "\u{A0}": "~",
    "\u{200B}": "",
  ]

  private static let greek = [
    "alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "o", "pi", "rho", "varsigma", "sigma", "tau", "upsilon",
    "varphi", "chi", "psi", "omega",
  ]
  private static let greekCapitals: [Unicode.Scalar: String] = [
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "µ": "mu",
  ]

  /// For mathematics mode: `\delta `.
  static func latexGreek(_ scalar: Unicode.Scalar) -> String? {
    let place = Int(scalar.value) - 0x3B1
    if greek.indices.contains(place) { return place == 14 ? "o " : "\\\(greek[place]) " }
    return greekCapitals[scalar].map { "\\\($0) " }
  }

  /// Is it ASCII, or a letter or sign of western and central European languages?
  private static func isInFont(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1, 0xA3, 0xA7, 0xAB, 0xBB, 0xBF, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0xFF,
      0x102...0x107, 0x10C...0x111, 0x118...0x11B, 0x141...0x144, 0x147...0x148, 0x150...0x155,
      0x158...0x15B, 0x15E...0x165, 0x16E...0x171, 0x178...0x17E:
      true
    default: false
    }
  }
}

extension String.UnicodeScalarView {
  fileprivate func firstPlace(of scalar: Unicode.Scalar) -> Int? {
    firstIndex(of: scalar).map { distance(from: startIndex, to: $0) }
  }
}
