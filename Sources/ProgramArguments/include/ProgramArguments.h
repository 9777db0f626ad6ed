#ifndef SLUICE_PROGRAM_ARGUMENTS_H
#define SLUICE_PROGRAM_ARGUMENTS_H

// The arguments that the process was started with, the program's name first. Swift asks the file system for them (/proc), which a program in a
// bare root does not have; there its list is empty.
int sluice_argument_count(void);

// Argument `i`, from 0 up to, not including, the count.
const char *sluice_argument(int i);

#endif
