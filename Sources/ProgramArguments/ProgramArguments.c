#include "ProgramArguments.h"

#include <stddef.h>
// So that it is known which C library this is.
#include <stdlib.h>

static int argument_count;
static char **arguments;

#if defined(__GLIBC__) || defined(__APPLE__)
// The C library gives its constructors what it gives `main`.
__attribute__((constructor)) static void keep(int count, char **values) {
  argument_count = count;
  arguments = values;
}
#endif

int sluice_argument_count(void) { return argument_count; }

const char *sluice_argument(int i) { return i >= 0 && i < argument_count ? arguments[i] : NULL; }
