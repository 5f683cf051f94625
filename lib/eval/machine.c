// The evaluator's stacks, limits and traces.
#include "eval/machine.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "eval/limit.h"

// What the deepest expression of one function may need below the point where its call was admitted:
// PARSE_NESTING_DEFAULT levels of the interpreter, with the large frames of sanitizers.
#define STACK_RESERVE ((size_t)8 << 20)

// ---- stacks -------------------------------------------------------------------------------------

// Address space only: pages come when they are touched. Where the system does not overcommit, less
// must do.
static void *map_large(size_t *bytes, size_t least)
{
    for (;; *bytes /= 2) {
        void *p = mmap(NULL, *bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (p != MAP_FAILED) {
            (void)madvise(p, *bytes, MADV_NOHUGEPAGE);
            return p;
        }
        if (*bytes / 2 < least) return NULL;
    }
}

bool machine_init(struct eval *ev)
{
    ev->stack_bytes = (size_t)1 << 30;
    ev->stack_base = map_large(&ev->stack_bytes, (size_t)32 << 20);
    ev->slots_bytes = (size_t)1 << 30;
    ev->slots_base = map_large(&ev->slots_bytes, (size_t)4 << 20);
    if (!ev->stack_base || !ev->slots_base) {
        diag_error(ev->o.sink, SPAN_NONE, "E0421",
                   "the system refuses memory for the evaluator's stack");
        return false;
    }
    ev->stack_low = ev->stack_base + STACK_RESERVE;
    ev->top = ev->slots_base;
    ev->slots_end = ev->slots_base + ev->slots_bytes / sizeof(struct value);
    ev->fuel = ev->fuel_full = 1;
    return true;
}

void machine_free(struct eval *ev)
{
    if (ev->stack_base) munmap(ev->stack_base, ev->stack_bytes);
    if (ev->slots_base) munmap(ev->slots_base, ev->slots_bytes);
}

struct job {
    struct eval *ev;
    bool (*fn)(struct eval *ev, void *ctx);
    void *ctx;
    bool ok;
};

static void *job_main(void *arg)
{
    struct job *job = arg;
    job->ok = job->fn(job->ev, job->ctx);
    return NULL;
}

bool machine_run(struct eval *ev, bool (*fn)(struct eval *ev, void *ctx), void *ctx)
{
    if (ev->on_stack) return fn(ev, ctx);
    struct job job = {.ev = ev, .fn = fn, .ctx = ctx};
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr) != 0) BUG("pthread_attr_init failed");
    int rc = pthread_attr_setstack(&attr, ev->stack_base, ev->stack_bytes);
    if (rc != 0) BUG("pthread_attr_setstack: %s", strerror(rc));
    ev->on_stack = true;
    rc = pthread_create(&thread, &attr, job_main, &job);
    pthread_attr_destroy(&attr);
    if (rc == 0) {
        pthread_join(thread, NULL);
    } else {
        diag_error(ev->o.sink, SPAN_NONE, "E0421",
                   "the system refuses a thread for the evaluator: %s", strerror(rc));
    }
    ev->on_stack = false;
    // After a failure the chains still point into frames that are gone.
    ev->frame = NULL;
    ev->depth = 0;
    ev->top = ev->slots_base;
    return job.ok;
}

// ---- traces -------------------------------------------------------------------------------------

#define TRACE_HEAD   16
#define TRACE_TAIL   6
#define TRACE_PERIOD 4

// A line of the trace: a frame, or how often the `period` frames before it came again.
struct trace_line {
    const struct frame *frame;
    size_t repeats;
    size_t period;
};

static bool same_span(struct span a, struct span b)
{
    return a.source == b.source && a.start == b.start && a.end == b.end;
}

static bool same_step(const struct frame *a, const struct frame *b)
{
    return a->code == b->code && a->builtin == b->builtin && same_span(a->call, b->call);
}

static bool is_shown(const struct eval *ev, const struct frame *f)
{
    return (f->builtin || f->code->kind != CODE_EXPR) && !eval_in_std(ev, f->call);
}

// How often the `period` frames at `at` come again right behind themselves.
static size_t count_repeats(const struct frame **at, size_t len, size_t period)
{
    size_t repeats = 0;
    for (size_t next = period; next + period <= len; next += period, repeats++)
        for (size_t i = 0; i < period; i++)
            if (!same_step(at[i], at[next + i])) return repeats;
    return repeats;
}

static void add_frame_line(struct eval *ev, struct diag *d, const struct frame *f)
{
    const char *name = f->builtin      ? f->builtin->name
                       : f->code->name ? sym_z(ev->o.syms, f->code->name)
                                       : NULL;
    if (f->builtin || f->code->kind == CODE_FUNCTION) {
        if (name)
            diag_frame(d, f->call, "in the call of `%s`", name);
        else
            diag_frame(d, f->call, "in the call of a function without a name");
    } else if (f->code->kind == CODE_FIELD) {
        diag_frame(d, f->call, "in the field `%s`", name ? name : "[…]");
    } else if (f->code->kind == CODE_DEFAULT) {
        diag_frame(d, f->call, "in the default of the parameter `%s`", name ? name : "");
    } else {
        diag_frame(d, f->call, "while evaluating `%s`", name ? name : "");
    }
}

static void add_line(struct eval *ev, struct diag *d, const struct trace_line *line)
{
    if (line->frame) {
        add_frame_line(ev, d, line->frame);
    } else if (line->period == 1) {
        diag_frame(d, SPAN_NONE, "… the same %zu times more", line->repeats);
    } else {
        diag_frame(d, SPAN_NONE, "… these %zu again, %zu times more", line->period, line->repeats);
    }
}

static void add_trace(struct eval *ev, struct diag *d)
{
    // A builtin that reports about its own call says so in the message.
    const struct frame *top = ev->frame;
    if (top && top->builtin && same_span(top->call, d->primary.span)) top = top->parent;
    VEC(const struct frame *) frames = {0};
    for (const struct frame *f = top; f; f = f->parent)
        if (is_shown(ev, f)) vec_push(&frames, f);
    VEC(struct trace_line) lines = {0};
    for (size_t i = 0; i < frames.len;) {
        size_t best = 0, repeats = 0;
        for (size_t period = 1; period <= TRACE_PERIOD && repeats < 2; period++) {
            best = period;
            repeats = count_repeats(frames.at + i, frames.len - i, period);
        }
        size_t shown = repeats < 2 ? 1 : best;
        for (size_t k = 0; k < shown; k++)
            vec_push(&lines, (struct trace_line){.frame = frames.at[i + k]});
        if (repeats >= 2) {
            vec_push(&lines, (struct trace_line){.repeats = repeats, .period = best});
            shown *= repeats + 1;
        }
        i += shown;
    }
    for (size_t i = 0; i < lines.len; i++) {
        if (lines.len > TRACE_HEAD + TRACE_TAIL && i == TRACE_HEAD) {
            size_t left_out = lines.len - TRACE_HEAD - TRACE_TAIL;
            diag_frame(d, SPAN_NONE, "… %zu more", left_out);
            i += left_out;
        }
        add_line(ev, d, &lines.at[i]);
    }
    vec_free(&lines);
    vec_free(&frames);
}

// What goes wrong inside the standard library is shown where the user called it.
static struct span user_span(const struct eval *ev, struct span span)
{
    if (!eval_in_std(ev, span)) return span;
    for (const struct frame *f = ev->frame; f; f = f->parent)
        if (f->call.source && !eval_in_std(ev, f->call)) return f->call;
    return span;
}

struct diag *eval_error(struct eval *ev, struct span span, const char *code, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(ev->o.sink, DIAG_ERROR, user_span(ev, span), code, fmt, va);
    va_end(va);
    add_trace(ev, d);
    return d;
}

void eval_trace_last(struct eval *ev, const struct diag *before)
{
    struct diag *last = ev->o.sink->last;
    if (last && last != before) add_trace(ev, last);
}

// ---- limits -------------------------------------------------------------------------------------

#define FUEL 1024

bool eval_memory_limit(struct eval *ev, size_t bytes, struct span span)
{
    size_t most = ev->o.limits.memory;
    if (ev->arena.used <= most && bytes <= most - ev->arena.used) return true;
    struct diag *d =
        eval_error(ev, span, "E0421", "evaluation needs more than %zu MiB of memory", most >> 20);
    limit_note(d, "memory");
    return false;
}

bool eval_tick_slow(struct eval *ev, struct span span)
{
    const struct eval_limits *l = &ev->o.limits;
    ev->steps += ev->fuel_full - ev->fuel;
    if (l->steps && ev->steps > l->steps) {
        ev->fuel = ev->fuel_full = 1;
        struct diag *d = eval_error(ev, span, "E0424", "evaluation takes more than %llu steps",
                                    (unsigned long long)l->steps);
        limit_note(d, "steps");
        return false;
    }
    uint64_t left = l->steps ? l->steps - ev->steps + 1 : FUEL;
    ev->fuel = ev->fuel_full = (uint32_t)(left < FUEL ? left : FUEL);
    if (!eval_memory_limit(ev, 0, span)) return false;
    if (ev->o.cancel && *ev->o.cancel) {
        eval_error(ev, span, "E0425", "evaluation was cancelled");
        return false;
    }
    return true;
}

bool eval_tick(struct eval *ev, size_t steps, struct span span)
{
    if (steps < ev->fuel) {
        ev->fuel -= (uint32_t)steps;
        return true;
    }
    ev->steps += steps - ev->fuel;
    ev->fuel = 0;
    return eval_tick_slow(ev, span);
}

bool eval_enter_slow(struct eval *ev, struct span span)
{
    uint32_t limit = ev->o.limits.call_depth;
    struct diag *d;
    if (ev->depth > limit) {
        d = eval_error(ev, span, "E0420", "calls are nested more than %u deep", limit);
        limit_note(d, "call-depth");
    } else {
        d = eval_error(ev, span, "E0420", "calls are nested too deeply for the evaluator's stack");
    }
    diag_help(d, "does the recursion end? `fold` and `range` walk long lists without it");
    ev->depth--;
    return false;
}

bool eval_slots_full(struct eval *ev, struct span span)
{
    struct diag *d =
        eval_error(ev, span, "E0420", "calls are nested too deeply for the evaluator's stack");
    diag_help(d, "does the recursion end? `fold` and `range` walk long lists without it");
    return false;
}

bool eval_list_limit(struct eval *ev, size_t len, struct span span)
{
    if (len > ev->o.limits.list_items) {
        struct diag *d =
            eval_error(ev, span, "E0423", "a list of %zu elements is over the limit of %zu", len,
                       ev->o.limits.list_items);
        limit_note(d, "list-items");
        return false;
    }
    return eval_memory_limit(ev, len * sizeof(struct value), span);
}

bool eval_output_limit(struct eval *ev, size_t bytes, const char *what, struct span span)
{
    const struct eval_limits *l = &ev->o.limits;
    size_t max = l->string_bytes * 4;
    if (bytes <= max && bytes <= l->memory) return true;
    struct diag *d;
    if (bytes > max) {
        d = eval_error(ev, span, "E0422", "%s is longer than %zu bytes", what, max);
        diag_note(d, "the limit is four times `string-bytes`");
    } else {
        d = eval_error(ev, span, "E0421", "%s needs more than %zu MiB of memory", what,
                       l->memory >> 20);
        limit_note(d, "memory");
    }
    return false;
}

bool eval_string_limit(struct eval *ev, size_t bytes, struct span span)
{
    if (bytes > ev->o.limits.string_bytes) {
        struct diag *d =
            eval_error(ev, span, "E0422", "a string of %zu bytes is over the limit of %zu", bytes,
                       ev->o.limits.string_bytes);
        limit_note(d, "string-bytes");
        return false;
    }
    return eval_memory_limit(ev, bytes, span);
}
