/// The colors of a chart, light and, where the reader prefers it, dark.
///
/// Both sets are spelled out, without CSS variables: viewers other than browsers know classes but not those,
/// and then show the light set.
enum SVGStyle {
  static let sheet = """
    <style>
    .flow-text { font-family: \(SVGText.fonts); white-space: pre }
    .flow-title { font-size: 15px; font-weight: 600 }
    .flow-name, .flow-legend { font-size: 11px }
    .flow-small { font-size: 10px }
    .flow-word { font-size: 8.5px }
    .flow-ground { fill: #ffffff }
    .flow-ink { fill: #1f2328 }
    .flow-quiet { fill: #59636e }
    .flow-warn { fill: #8f3f00 }
    .flow-value { paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
    .flow-grid { stroke: #dfe4ea; stroke-width: 1 }
    .flow-base { stroke: #59636e; stroke-width: 1 }
    .flow-bar { fill: #2f74b5 }
    .flow-blocked { fill: url(#flow-hatch); stroke: #c05717; stroke-width: 1.5 }
    .flow-band { fill: url(#flow-hatch); opacity: 0.22 }
    .flow-stripe { stroke: #c05717; stroke-width: 2.5 }
    .flow-zero { fill: none; stroke: #59636e; stroke-width: 1.5 }
    .flow-broken { fill: none; stroke: #b3123f; stroke-width: 2 }
    .flow-layer:hover .flow-bar, .flow-layer:hover .flow-blocked { fill-opacity: 0.7 }
    @media (prefers-color-scheme: dark) {
    .flow-ground { fill: #0d1117 }
    .flow-ink { fill: #e6edf3 }
    .flow-quiet { fill: #9da7b3 }
    .flow-warn { fill: #ffb27a }
    .flow-value { stroke: #0d1117 }
    .flow-grid { stroke: #2a313a }
    .flow-base { stroke: #9da7b3 }
    .flow-bar { fill: #58a6ff }
    .flow-blocked { stroke: #f08c4a }
    .flow-stripe { stroke: #f08c4a }
    .flow-zero { stroke: #9da7b3 }
    .flow-broken { stroke: #ff7b9c }
    }
    </style>
    """

  /// The stripes of a blocked bar, so that it differs by more than its color.
  static let patterns = """
    <defs><pattern id="flow-hatch" width="6" height="6" patternUnits="userSpaceOnUse" \
    patternTransform="rotate(45)"><path class="flow-stripe" d="M0 0V6"/></pattern></defs>
    """
}
