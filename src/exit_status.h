// Exit statuses of plxc. Scripts depend on them: they are part of the interface.
#pragma once

enum exit_status {
    EXIT_DONE = 0,
    EXIT_REALIZER =
        1,          // a realizer failed; a promise unkept, a matcher not content, a download failed
    EXIT_USAGE = 2, // the command line is wrong
    EXIT_SOURCE = 3,    // the source is wrong
    EXIT_SYSTEM = 4,    // the store or the system failed; `store verify` found a fault
    EXIT_ASSERTION = 5, // --assert-realized, --one, realized() or a test failed
    EXIT_INTERRUPTED = 130,
};
