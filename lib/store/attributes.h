// Extended attributes of what is in the store: there are none, access control lists among them, but
// for what a security module puts on every file and nobody can take off.
#pragma once

#include "base/bug.h"

// 1 if an open file or folder has any that it should not have, 0 if it has none, -errno.
int attributes_any(int fd) MUST_USE;
// Removes them. 0 or -errno; who is not root needs write permission.
int attributes_strip(int fd) MUST_USE;
