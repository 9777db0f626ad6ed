#ifndef SLUICE_NOTE_H
#define SLUICE_NOTE_H

/* Keeps what `sluice_message` tells this thread. Not for callers of the library. */
void sluice_note(const char *text);

#endif
