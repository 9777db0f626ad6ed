#include "CPUFeatures.h"

unsigned sluice_thread_number(void) {
  static _Atomic unsigned threads;
  // One more than the number, for zero means that there is none yet.
  static _Thread_local unsigned number;
  if (number == 0) number = ++threads;
  return number - 1;
}
