import SluiceCore

extension OperationTable: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(each: slots) { state, slot in
      state.write(slot.name)
      state.write(slot.operation)
      state.write(Int(slot.layer.index))
      state.write(slot.runs)
      for value in [slot.mean, slot.deviation, slot.rowDeviation, slot.cutShare] { state.write(value) }
      state.write(slot.hasSeveralRows)
      state.write(slot.rows)
      state.write(slot.dependsOnData)
      state.write(each: slot.activations) { state, activation in
        state.write(activation.name)
        state.write(activation.kind.rawValue)
        state.write(activation.saturatedShare)
        state.write(activation.deadShare)
      }
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    slots = try state.readList { (state: inout StateReader) throws(StateError) in
      let name = try state.readText()
      var slot = OperationFigures(
        name: name, operation: try state.readText(), layer: try state.readLayer(), kind: nil,
        cutsOff: name.hasSuffix("clamp"), activations: [])
      slot.runs = try state.readInt()
      slot.mean = try state.readFloat()
      slot.deviation = try state.readFloat()
      slot.rowDeviation = try state.readFloat()
      slot.cutShare = try state.readFloat()
      slot.hasSeveralRows = try state.readBool()
      slot.rows = try state.readInt()
      slot.dependsOnData = try state.readBool()
      slot.activations = try state.readList { (state: inout StateReader) throws(StateError) in
        let name = try state.readText()
        let text = try state.readText()
        guard let kind = ActivationKind(rawValue: text) else {
          throw StateError(expected: "a kind of activation", found: "'\(text)'")
        }
        var activation = ActivationFigures(name: name, kind: kind)
        activation.saturatedShare = try state.readFloat()
        activation.deadShare = try state.readFloat()
        return activation
      }
      return slot
    }
    slots.reserveCapacity(Self.limit)
  }
}

extension StateReader {
  mutating func readLayer() throws(StateError) -> LayerHandle {
    LayerHandle(index: UInt32(clamping: try readInt()))
  }
}

extension TimeTable: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(each: slots) { state, slot in
      state.write(slot.name)
      state.write(Int(slot.layer.index))
      state.write(slot.run)
      state.write(slot.means)
      state.write(slot.binCount)
      state.write(slot.stepsPerBin)
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    slots = try state.readList { (state: inout StateReader) throws(StateError) in
      var slot = TimeFigures(
        name: try state.readText(), layer: try state.readLayer(), run: try state.readInt(),
        means: try state.readFloats(TimeFigures.binLimit))
      slot.binCount = min(max(try state.readInt(), 0), TimeFigures.binLimit)
      slot.stepsPerBin = try state.readInt()
      return slot
    }
    slots.reserveCapacity(16)
  }
}
