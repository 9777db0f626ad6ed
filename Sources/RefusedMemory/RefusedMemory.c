#include "RefusedMemory.h"

// A header of the C library says which one it is.
#include <stddef.h>
#include <stdlib.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <errno.h>
#include <string.h>
#include <unistd.h>

// The GNU C library lets a program bring its own malloc, and keeps its own under these names. The functions here are weak,
// so that a program that replaces malloc for another reason goes before.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static char line_before[256];
static char line_after[512];
static int exit_status;
static int is_listening;

static void keep(char *copy, size_t room, const char *text) {
  strncpy(copy, text, room - 1);
  copy[room - 1] = 0;
}

void sluice_end_when_memory_is_refused(const char *before, const char *after, int status) {
  keep(line_before, sizeof line_before, before);
  keep(line_after, sizeof line_after, after);
  exit_status = status;
  is_listening = 1;
}

// One write of a line made on the stack: nothing here may ask for memory.
static void end(size_t size) {
  if (!is_listening) return;
  char line[sizeof line_before + sizeof line_after + 32];
  char digits[24];
  size_t count = 0;
  do {
    digits[count++] = (char)('0' + size % 10);
    size /= 10;
  } while (size > 0);
  size_t length = strlen(line_before);
  memcpy(line, line_before, length);
  // Groups of three, as in the program's other messages.
  while (count > 0) {
    line[length++] = digits[--count];
    if (count > 0 && count % 3 == 0) line[length++] = ',';
  }
  memcpy(line + length, line_after, strlen(line_after));
  length += strlen(line_after);
  line[length++] = '\n';
  ssize_t written = write(STDERR_FILENO, line, length);
  (void)written;
  // Not exit: what it runs may ask for memory too.
  _exit(exit_status);
}

__attribute__((weak)) void *malloc(size_t size) {
  void *memory = __libc_malloc(size);
  if (memory == NULL) end(size);
  return memory;
}

__attribute__((weak)) void *calloc(size_t count, size_t size) {
  void *memory = __libc_calloc(count, size);
  if (memory == NULL) end(count * size);
  return memory;
}

__attribute__((weak)) void *realloc(void *old, size_t size) {
  void *memory = __libc_realloc(old, size);
  // Of no bytes it gives none by intent.
  if (memory == NULL && size > 0) end(size);
  return memory;
}

__attribute__((weak)) void *memalign(size_t alignment, size_t size) {
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL) end(size);
  return memory;
}

__attribute__((weak)) void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

__attribute__((weak)) int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *block = __libc_memalign(alignment, size);
  if (block == NULL) {
    end(size);
    return ENOMEM;
  }
  *memory = block;
  return 0;
}
#else
void sluice_end_when_memory_is_refused(const char *before, const char *after, int status) {
  (void)before;
  (void)after;
  (void)status;
}
#endif
