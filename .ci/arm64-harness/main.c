// The program's start and its output: Swift without an operating system has neither.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

void harness_print(
  const char *name, double error, double bound, const char *unit, long numbers, const char *failure) {
  printf("%-32s ", name);
  if (unit == NULL) {
    printf("the same bits");
  } else {
    printf("%.3g of %.3g %s", error, bound, unit);
  }
  printf(", %ld numbers", numbers);
  if (failure != NULL) printf(" FAILED: %s", failure);
  printf("\n");
}

// The names of the kernels to check, all if there is none. `--broken BYTE` before them makes the kernel at that byte of the
// table do nothing.
int main(int argc, char **argv) {
  // A kernel that crashes must not take what was printed with it.
  setvbuf(stdout, NULL, _IOLBF, 0);
  long broken = -1;
  int first = 1;
  if (argc > 2 && strcmp(argv[1], "--broken") == 0) {
    broken = atol(argv[2]);
    first = 3;
  }
  long failures = 0;
  if (argc == first) failures = harness_run(broken, NULL);
  for (int i = first; i < argc; i += 1) failures += harness_run(broken, argv[i]);
  if (failures > 0) printf("%ld of the kernels failed\n", failures);
  return failures > 0;
}
