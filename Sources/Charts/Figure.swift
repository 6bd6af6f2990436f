package import Formatting

/// A finished drawing: SVG that needs no script and no network, and says in words what it shows.
///
/// A figure is about 360 units wide, so that its text is readable on a narrow screen; wide pages put
/// several side by side.
public struct Figure: Sendable, Hashable {
  /// What it is, in a few words.
  public let title: String
  /// What it shows, for those who do not see it.
  public let description: String
  /// In units of its own coordinate system, which are pixels when shown at natural size.
  public let height: Double
  public var width: Double { Self.usualWidth }
  let content: Markup

  package static let usualWidth = 360.0

  /// A drawing of the usual width.
  package init(title: String, description: String, height: Double, content: Markup) {
    (self.title, self.description, self.height) = (title, description, height)
    self.content = content
  }

  /// A file of its own, with its colours for light and dark.
  public var file: String {
    opening(
      "figure",
      attributes: " xmlns=\"http://www.w3.org/2000/svg\" "
        + "width=\"\(width.attributeText)\" height=\"\(height.attributeText)\"")
      + "<style>\(FigureStyle.css)</style>\n" + content.text + "</svg>\n"
  }

  /// A part of a page that holds `FigureStyle.css` already.
  /// - Parameter identifier: different for each figure of the page.
  public func inline(_ identifier: String) -> String {
    opening(identifier, attributes: "") + content.text + "</svg>\n"
  }

  private func opening(_ identifier: String, attributes: String) -> String {
    let name = identifier.escaped
    return "<svg class=\"figure\"\(attributes) viewBox=\"0 0 \(width.attributeText) "
      + "\(height.attributeText)\" role=\"img\" aria-label=\"\(title.escaped)\" "
      + "aria-describedby=\"\(name)-description\">\n<title>\(title.escaped)</title>\n"
      + "<desc id=\"\(name)-description\">\(description.escaped)</desc>\n"
  }
}

extension Figure {
  /// The figure as a part of a page, with a remark below.
  package func html(_ identifier: String, caption: String = "") -> String {
    "<figure>\n\(inline(identifier))"
      + (caption.isEmpty ? "" : "<figcaption>\(caption.typeset)</figcaption>\n") + "</figure>\n"
  }
}
