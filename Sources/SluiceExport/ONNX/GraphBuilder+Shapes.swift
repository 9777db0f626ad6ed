import SluiceStorage

// Short names for what most layers need: changes of shape, arithmetic, and sizes that are known when the model runs.

extension GraphBuilder {
  mutating func transpose(_ x: GraphValue, _ order: [Int]) -> GraphValue {
    add("Transpose", [x], [ONNXAttribute("perm", .integers(order))])
  }

  /// The same elements in another shape: 0 stands for the extent at that place, -1 for what is left.
  mutating func reshape(_ x: GraphValue, _ shape: [Int]) -> GraphValue {
    add("Reshape", [x, integers(shape)])
  }

  /// The same elements in a shape that is known when the model runs.
  mutating func reshape(_ x: GraphValue, _ shape: [GraphValue]) -> GraphValue {
    add("Reshape", [x, concatenate(shape, axis: 0)])
  }

  mutating func squeeze(_ x: GraphValue, axis: Int) -> GraphValue { add("Squeeze", [x, integers([axis])]) }

  mutating func unsqueeze(_ x: GraphValue, axes: [Int]) -> GraphValue {
    add("Unsqueeze", [x, integers(axes)])
  }

  mutating func concatenate(_ parts: [GraphValue], axis: Int) -> GraphValue {
    parts.count == 1 ? parts[0] : add("Concat", parts, [ONNXAttribute("axis", .integer(axis))])
  }

  /// Rows of a table, or slices of any tensor, by their numbers.
  mutating func gather(_ table: GraphValue, _ ids: GraphValue, axis: Int = 0) -> GraphValue {
    add("Gather", [table, ids], [ONNXAttribute("axis", .integer(axis))])
  }

  /// Elements from `range` along an axis.
  mutating func slice(_ x: GraphValue, _ range: Range<Int>, axis: Int) -> GraphValue {
    add("Slice", [x, integers([range.lowerBound]), integers([range.upperBound]), integers([axis])])
  }

  /// Parts of equal width along the last axis.
  mutating func split(_ x: GraphValue, into count: Int, width: Int) -> [GraphValue] {
    count == 1
      ? [x]
      : add(
        "Split", [x, integers(Array(repeating: width, count: count))], outputs: count,
        [ONNXAttribute("axis", .integer(-1))])
  }

  /// The extent of one dimension, as a row of one number.
  mutating func extent(_ x: GraphValue, axis: Int) -> GraphValue {
    gather(add("Shape", [x]), integers([axis]))
  }

  /// 0, 1, 2 and so on, as many as the extent of a dimension.
  mutating func counting(_ x: GraphValue, axis: Int) -> GraphValue {
    let end = squeeze(extent(x, axis: axis), axis: 0)
    return add("Range", [integer(0), end, integer(1)])
  }

  mutating func sum(_ a: GraphValue, _ b: GraphValue) -> GraphValue { add("Add", [a, b]) }

  mutating func difference(_ a: GraphValue, _ b: GraphValue) -> GraphValue { add("Sub", [a, b]) }

  mutating func product(_ a: GraphValue, _ b: GraphValue) -> GraphValue { add("Mul", [a, b]) }

  /// `a` where the mask holds, else `b`.
  mutating func select(_ mask: GraphValue, _ a: GraphValue, _ b: GraphValue) -> GraphValue {
    add("Where", [mask, a, b])
  }

  mutating func cast(_ x: GraphValue, to element: ONNXElement) -> GraphValue {
    add("Cast", [x], [ONNXAttribute("to", .integer(Int(element.rawValue)))])
  }
}
