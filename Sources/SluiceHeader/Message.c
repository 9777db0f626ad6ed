#include <string.h>

#include "sluice.h"
#include "sluice_note.h"

/* Swift has no variables of a thread. Of fixed size, so that nothing is left to free when a thread ends. */
static _Thread_local char message[1024];

void sluice_note(const char *text) {
  size_t count = strlen(text);
  if (count >= sizeof message) {
    count = sizeof message - 1;
    /* Not in the middle of a character. */
    while (count > 0 && ((unsigned char)text[count] & 0xC0) == 0x80) count--;
  }
  memcpy(message, text, count);
  message[count] = 0;
}

const char *sluice_message(void) { return message; }
