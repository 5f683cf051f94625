// The state of an evaluation: arena, stacks, limits, the chain of frames, and the errors that carry
// it as their trace.
//
// Frames are C structs on the stack of the evaluator's thread, linked upward; their slots are on a
// stack of values beside it. Both are mapped once, large and without reserve, so that depth is
// bounded by limits (E0420) and never by a fault.
#pragma once

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "eval/builtin.h"
#include "eval/eval.h"
#include "eval/node.h"
#include "eval/symmap.h"

enum thunk_state { THUNK_PENDING, THUNK_RUNNING, THUNK_DONE, THUNK_BROKEN };

struct thunk {
    uint8_t state;
    uint32_t epoch; // BROKEN: the eval's epoch when it failed
    union {
        struct {
            const struct code *code;
            struct module *module;
        };
        struct value value; // DONE
    };
    struct value captures[];
};

struct frame {
    struct frame *parent;
    const struct code *code;       // or
    const struct builtin *builtin; // a call of a builtin
    struct value *slots;
    struct value *captures;
    struct module *module;
    struct span call;    // who asked
    struct thunk *thunk; // that is being forced, or null
};

// What a name of the outermost scope means.
struct global {
    struct value value;    // of a builtin; or
    struct module *module; // a slot of a standard library module
    uint32_t slot;
    bool internal; // std modules only
    sym name;
};

struct realized_ref; // stage.c

struct eval {
    struct eval_options o;
    struct arena arena;
    struct arena host_arena; // what the host gives back and nobody keeps
    struct frame *frame;
    struct value *top; // first free slot
    struct value *slots_end;
    struct value *slots_base;
    size_t slots_bytes;
    char *stack_low; // below this address of the C stack a call is refused
    char *stack_base;
    size_t stack_bytes;
    bool on_stack; // the thread with the large stack is running
    uint32_t depth;
    uint32_t fuel;      // steps until eval_tick_slow looks
    uint32_t fuel_full; // what fuel was set to
    uint64_t steps;
    uint32_t epoch;

    struct string *empty;
    VEC(struct value) sym_values; // by sym; VALUE_THUNK: not yet made
    struct shape empty_shape;

    VEC(struct global) globals;
    struct symmap global_index;
    struct map defs; // absolute path or std name to struct module_def
    VEC(struct module_def *) def_list;
    VEC(uint32_t) local_of; // resolve.c: by sym, index + 1 of the innermost local
    uint32_t std_first;     // source ids of the standard library
    uint32_t std_last;
    const char *root_dir; // folder of the first file that was loaded, and how the user called it
    const char *root_name_dir;
    VEC(struct module_def *) loading; // the chain of imports being loaded

    // stages
    struct map stages; // dref to struct stage_info
    VEC(struct stage *) stage_list;
    struct map texts;   // realizers, matchers and options by their text: each once
    struct map sources; // absolute path to its source stage
    VEC(struct value) key_functions;
    VEC(struct span) key_spans; // of key_functions: where `key` was called
    struct map key_ids;         // of a function's code and captures: number + 1 in key_functions
    struct stage *realized;     // in a key function: what its Ref stands for
    const char *realized_folder;
    uint32_t walk; // marks of visits

    struct buf scratch;
};

static inline struct span node_span(const struct frame *f, const struct node *n)
{
    return node_span_in(f->code->source, n);
}

// Runs fn(ctx) on the large stack (directly if already there).
bool machine_run(struct eval *ev, bool (*fn)(struct eval *ev, void *ctx), void *ctx) MUST_USE;
bool machine_init(struct eval *ev) MUST_USE;
void machine_free(struct eval *ev);

// ---- errors -------------------------------------------------------------------------------------

// Reports with the trace of the frames. Never null.
struct diag *eval_error(struct eval *ev, struct span span, const char *code, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
// Adds the trace to a diagnostic that someone else (the host) has just reported.
void eval_trace_last(struct eval *ev, const struct diag *before);
static inline bool eval_in_std(const struct eval *ev, struct span span)
{
    return span.source >= ev->std_first && span.source <= ev->std_last;
}
// VALUE_FAILED.
static inline struct value value_failed(void)
{
    return (struct value){.tag = VALUE_FAILED};
}

// ---- limits -------------------------------------------------------------------------------------

// Is a text of `bytes` that is made of a value within the limits? E0422, E0421.
bool eval_output_limit(struct eval *ev, size_t bytes, const char *what, struct span span) MUST_USE;
bool eval_tick_slow(struct eval *ev, struct span span) MUST_USE;
static inline bool tick(struct eval *ev, struct span span)
{
    return --ev->fuel != 0 || eval_tick_slow(ev, span);
}
// Enters a call or a thunk: depth, stack and steps. Pairs with `ev->depth--`.
bool eval_enter_slow(struct eval *ev, struct span span) MUST_USE;
static inline bool enter(struct eval *ev, struct span span)
{
    ev->depth++;
    if (ev->depth > ev->o.limits.call_depth || (char *)__builtin_frame_address(0) < ev->stack_low)
        return eval_enter_slow(ev, span);
    return tick(ev, span);
}
// Room for `count` slots above ev->top.
bool eval_slots_full(struct eval *ev, struct span span) MUST_USE;
static inline bool slots_room(struct eval *ev, size_t count, struct span span)
{
    return (size_t)(ev->slots_end - ev->top) > count || eval_slots_full(ev, span);
}
