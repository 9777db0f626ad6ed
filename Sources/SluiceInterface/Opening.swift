import CLibrary
import Sluice
import SluiceHeader
import Synchronization

// The functions of `sluice.h` that open models and tell about them. What they do is said there.

@c @implementation
public func sluice_version() -> UnsafePointer<CChar>? { unsafe version.pointer(SluiceVersion.current) }

private let version = HandedOutTexts()

@c @implementation
public func sluice_open(
  _ run: UnsafePointer<CChar>?, _ threads: Int32, _ model: UnsafeMutablePointer<sluice_model>?
) -> sluice_status {
  answering {
    let target = try unsafe place(model, "model")
    let path = try unsafe text(run, -1, "run")
    guard (0...1_024).contains(threads) else {
      throw Failure(SLUICE_ARGUMENT, "expected 0 to 1024 threads, found \(threads)")
    }
    if let problem = KernelTable.selectionProblem { throw Failure(SLUICE_ARGUMENT, problem) }
    let opened = try OpenModel(run: path, threads: threads == 0 ? Workers.processorCount : Int(threads))
    unsafe target.pointee = Handles.all.withLock { $0.add(opened) }
  }
}

@c @implementation
public func sluice_free(_ model: sluice_model) -> sluice_status {
  answering {
    guard model != 0 else { return }
    // The last one who uses the model gives its memory back, outside of the lock.
    guard Handles.all.withLock({ $0.remove(model) }) != nil else {
      throw Failure(SLUICE_HANDLE, "expected an open model, found \(model), which was freed or never opened")
    }
  }
}

@c @implementation
public func sluice_kind_of(_ model: sluice_model, _ kind: UnsafeMutablePointer<sluice_kind>?) -> sluice_status
{
  answering {
    let target = try unsafe place(kind, "kind")
    unsafe target.pointee =
      switch try open(model).kind {
      case .classifier: SLUICE_CLASSIFIER
      case .stems: SLUICE_STEMS
      case .languageModel: SLUICE_LANGUAGE_MODEL
      }
  }
}

@c @implementation
public func sluice_label_names(
  _ model: sluice_model, _ names: UnsafeMutablePointer<UnsafePointer<UnsafePointer<CChar>?>?>?,
  _ count: UnsafeMutablePointer<Int>?
) -> sluice_status {
  answering {
    let (list, number) = try unsafe (place(names, "names"), place(count, "count"))
    let model = try open(model)
    let labels = try model.classifier().labels
    unsafe list.pointee = UnsafePointer(model.handedOut.pointers(labels))
    unsafe number.pointee = labels.count
  }
}

@c @implementation
public func sluice_vector_width(_ model: sluice_model, _ width: UnsafeMutablePointer<Int>?) -> sluice_status {
  answering {
    let target = try unsafe place(width, "width")
    unsafe target.pointee = try open(model).vectorWidth()
  }
}
