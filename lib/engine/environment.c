#include "engine/environment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "engine/jobserver.h"
#include "store/config_form.h"
#include "store/store.h"

// 1980-01-01, the first moment that zip archives can name.
#define SOURCE_DATE  "315532800"
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Names with a meaning to plx, to a shell, to the C library or to an interpreter, which an
// attribute must not change.
static const char *const reserved_names[] = {
    "PATH",    "HOME",      "USER",      "LOGNAME",   "SHELL",
    "LANG",    "LANGUAGE",  "TZ",        "TMPDIR",    "TMP",
    "TEMP",    "PWD",       "OLDPWD",    "SHLVL",     "IFS",
    "ENV",     "CDPATH",    "OPTIND",    "OPTARG",    "OPTERR",
    "PS1",     "PS2",       "PS4",       "PPID",      "UID",
    "EUID",    "SHELLOPTS", "BASHOPTS",  "RANDOM",    "SECONDS",
    "LINENO",  "FUNCNAME",  "MAKEFLAGS", "MAKELEVEL", "GLOBIGNORE",
    "NLSPATH", "LOCPATH",   "TERM",      "HOSTNAME",  "SOURCE_DATE_EPOCH",
    "out",     "outs",      "_",
};
static const char *const reserved_prefixes[] = {"PLX_",   "LD_",    "LC_",    "BASH_",
                                                "PYTHON", "GLIBC_", "MALLOC_"};

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return s.len > 0;
}

// out1, out2 …
static bool is_numbered_out(struct str s)
{
    if (s.len < 4 || memcmp(s.p, "out", 3) != 0) return false;
    for (size_t i = 3; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return true;
}

bool environment_name_free(struct str name)
{
    if (!is_name(name) || is_numbered_out(name)) return false;
    for (size_t i = 0; i < LEN(reserved_names); i++)
        if (str_eqz(name, reserved_names[i])) return false;
    for (size_t i = 0; i < LEN(reserved_prefixes); i++)
        if (str_starts_with(name, str_from(reserved_prefixes[i]))) return false;
    return true;
}

static void add(struct environment *e, struct arena *arena, const char *name, struct str value)
{
    struct buf line = BUF_INIT;
    buf_addz(&line, name);
    buf_addc(&line, '=');
    buf_adds(&line, value);
    vec_push(e, arena_dup(arena, line.p, line.len));
    buf_free(&line);
}

static void addz(struct environment *e, struct arena *arena, const char *name, const char *value)
{
    add(e, arena, name, str_from(value));
}

// What a realizer sees for one attribute.
enum shown { SHOWN, NOT_SHOWN, SHOW_FAILED };

static void show_scalar(const json_t *value, struct buf *out)
{
    char number[JSON_FLOAT_SIZE];
    switch (json_typeof(value)) {
    case JSON_TRUE: buf_addc(out, '1'); break;
    case JSON_INTEGER: buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value)); break;
    case JSON_REAL: buf_add(out, number, json_float_text(json_real_value(value), number)); break;
    case JSON_STRING: buf_add(out, json_string_value(value), json_string_length(value)); break;
    default: break; // false and null are empty
    }
}

static enum shown show_item(const struct resolver *r, const json_t *value, const char *where,
                            struct buf *out)
{
    struct str *paths;
    size_t count;
    switch (resolve_kind(value)) {
    case RESOLVE_REF:
    case RESOLVE_OWN:
        if (!resolve_paths(r, value, where, &paths, &count)) return SHOW_FAILED;
        for (size_t i = 0; i < count; i++) {
            if (i > 0) buf_addc(out, ' ');
            buf_adds(out, paths[i]);
        }
        return SHOWN;
    case RESOLVE_TEXT: return resolve_text(r, value, where, out) ? SHOWN : SHOW_FAILED;
    case RESOLVE_PLAIN: break;
    }
    if (json_is_object(value) || json_is_array(value)) return NOT_SHOWN;
    show_scalar(value, out);
    return SHOWN;
}

static enum shown show(const struct resolver *r, const json_t *value, const char *where,
                       struct buf *out)
{
    const json_t *items = config_items(value), *item;
    if (!items) return show_item(r, value, where, out);
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (i > 0) buf_addc(out, ' ');
        enum shown s = show_item(r, item, where, out);
        if (s != SHOWN) return s;
    }
    return SHOWN;
}

static bool add_attribute(struct environment *e, const struct resolver *r, const char *name,
                          const json_t *value, struct buf *log)
{
    struct buf text = BUF_INIT;
    enum shown s = show(r, value, arena_printf(r->arena, "attribute `%s`", name), &text);
    if (s == SHOWN && text.len > ENVIRONMENT_MAX_VALUE) {
        buf_printf(log,
                   "plx: `%s` has %zu bytes, too many for the environment; it is in PLX_CONFIG\n",
                   name, text.len);
    } else if (s == SHOWN && text.len && memchr(text.p, '\0', text.len)) {
        buf_printf(log, "plx: `%s` holds a NUL character, so it is in PLX_CONFIG only\n", name);
    } else if (s == SHOWN) {
        add(e, r->arena, name, buf_str(&text));
    }
    buf_free(&text);
    return s != SHOW_FAILED;
}

static void add_from_outside(struct environment *e, struct arena *arena, const char *name,
                             const char *fallback)
{
    const char *value = getenv(name);
    if (!value || !*value) value = fallback;
    if (value) addz(e, arena, name, value);
}

static void add_outputs(struct environment *e, const struct environment_request *q,
                        struct arena *arena)
{
    struct buf outs = BUF_INIT;
    addz(e, arena, "out", q->outs[0]);
    for (size_t i = 0; i < q->out_count; i++) {
        if (i > 0) buf_addc(&outs, ' ');
        buf_addz(&outs, q->outs[i]);
        addz(e, arena, arena_printf(arena, "out%zu", i + 1), q->outs[i]);
    }
    add(e, arena, "outs", buf_str(&outs));
    buf_free(&outs);
}

static void add_own(struct environment *e, const struct environment_request *q)
{
    struct arena *arena = q->resolver->arena;
    add_from_outside(e, arena, "PATH", DEFAULT_PATH);
    add_from_outside(e, arena, "HOME", q->tmp);
    add_from_outside(e, arena, "USER", NULL);
    addz(e, arena, "LANG", "C.UTF-8");
    addz(e, arena, "TZ", "UTC");
    addz(e, arena, "SOURCE_DATE_EPOCH", SOURCE_DATE);
    addz(e, arena, "TMPDIR", q->tmp);
    if (q->python_path) {
        addz(e, arena, "PYTHONPATH", q->python_path);
        // A module imported from the store must leave no __pycache__ there: root may write
        // anywhere.
        addz(e, arena, "PYTHONDONTWRITEBYTECODE", "1");
    }
    addz(e, arena, "PLX_CONFIG", q->config_file);
    addz(e, arena, "PLX_CONTEXT", q->context_file);
    addz(e, arena, "PLX_ARGS", q->args_file);
    addz(e, arena, "PLX_DREF", q->dref);
    addz(e, arena, "PLX_STORE", q->resolver->store->path);
    addz(e, arena, "PLX_CORES", arena_printf(arena, "%u", q->cores));
    if (q->jobs)
        addz(e, arena, "MAKEFLAGS",
             arena_printf(arena, " -j%u --jobserver-auth=%d,%d", q->jobs, JOBSERVER_READ_FD,
                          JOBSERVER_WRITE_FD));
    add_outputs(e, q, arena);
}

static bool is_set(const struct environment *e, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < e->len; i++)
        if (strncmp(e->at[i], name, len) == 0 && e->at[i][len] == '=') return true;
    return false;
}

bool environment_make(struct environment *e, const struct environment_request *q, struct buf *log)
{
    const struct resolver *r = q->resolver;
    add_own(e, q);
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)q->config, name, value)
    {
        if (environment_name_free(str_from(name)) && !add_attribute(e, r, name, value, log))
            return false;
    }
    size_t i;
    json_array_foreach(q->passenv, i, value)
    {
        name = json_string_value(value);
        // What plx sets and what the config says goes first.
        const char *outside = name && *name && !strchr(name, '=') ? getenv(name) : NULL;
        if (outside && !is_set(e, name)) addz(e, r->arena, name, outside);
    }
    vec_push(e, NULL);
    e->len--;
    return true;
}

void environment_free(struct environment *e)
{
    vec_free(e);
}
