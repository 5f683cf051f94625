// What cmocka needs to be included before it, and helpers of several unit tests.
#pragma once

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

// Runs body(arg) in a child and asserts that it dies by BUG with a message that holds `message`.
static inline void assert_bug(void (*body)(void *), void *arg, const char *message)
{
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(pipe_fds[1], 2);
        close(pipe_fds[0]);
        signal(SIGABRT, SIG_DFL); // cmocka catches it
        body(arg);
        _exit(0);
    }
    close(pipe_fds[1]);
    char text[4096];
    size_t len = 0;
    ssize_t n;
    while ((n = read(pipe_fds[0], text + len, sizeof(text) - 1 - len)) > 0) len += (size_t)n;
    text[len] = '\0';
    close(pipe_fds[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
        fail_msg("no abort, but status %#x and: %s", status, text);
    }
    if (strncmp(text, "plx: bug: ", 10) != 0 || !strstr(text, message)) {
        fail_msg("the message is: %s", text);
    }
}
